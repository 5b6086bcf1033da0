//! Tags that images must not have.
//!
//! Restricted fields: `spec.containers[*].image` (init and ephemeral containers too), and
//! `spec.volumes[*].image.reference`.
//!
//! Allowed: a reference with a digest, or with a tag that no listed glob matches. Without a tag it is `latest`.

use globset::GlobSet;
use podline_defaulting::image::Image;

use super::pod::Pod;
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/forbiddenImageTags");

/// Judges a pod: one refusal an image.
pub(super) fn judge(pod: &Pod, forbidden: &GlobSet) -> Vec<Refusal> {
    refuse_images(pod, RULE, |text| {
        let image = Image::parse(text).filter(|image| image.digest.is_none())?;
        let tag = image.tag.as_deref().unwrap_or("latest");
        let how = if image.tag.is_some() { "" } else { ", which stands for no tag" };
        forbidden.is_match(tag).then(|| format!("must not use the tag {tag}{how}: {text}"))
    })
}

/// Judges every image of a pod by a function that says what is wrong with it.
pub(super) fn refuse_images(pod: &Pod, rule: RuleId, refuse: impl Fn(&str) -> Option<String>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for container in pod.containers() {
        if let Some(text) = container.image.and_then(&refuse) {
            let path = container.path().field("image");
            refusals.push(Refusal::of_container(rule, String::new(), &container, path, &text));
        }
    }
    for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
        let image = volume.image.as_ref().and_then(|image| image.reference.as_deref());
        if let Some(text) = image.and_then(&refuse) {
            let path = FieldPath::of("spec.volumes").index(index).fields("image.reference");
            refusals.push(Refusal::of_pod(rule, String::new(), path, format!("volume \"{}\" {text}", volume.name)));
        }
    }
    refusals
}
