//! Images by digest.
//!
//! Restricted fields: `spec.containers[*].image` (init and ephemeral containers too), and
//! `spec.volumes[*].image.reference`.
//!
//! Allowed: a reference with a digest. A tag may stand beside it.

use podline_defaulting::image::Image;

use super::forbidden_image_tags;
use super::pod::Pod;
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/requireImageDigest");

/// Judges a pod: one refusal an image.
pub(super) fn judge(pod: &Pod) -> Vec<Refusal> {
    let has_digest = |image: &str| Image::parse(image).is_some_and(|Image { digest, .. }| digest.is_some());
    forbidden_image_tags::refuse_images(pod, RULE, |image| {
        (!has_digest(image))
            .then(|| format!("must name its image by digest: {}", if image.is_empty() { "\"\"" } else { image }))
    })
}
