//! Engines are shared by threads.

mod support;

use podline_policies::{Cluster, Engine, User, vap};
use support::{binding, policy, review_of, row, yaml};

#[test]
fn objects_judged_in_parallel_have_the_rows_that_they_have_one_by_one() {
    let spec = "variables: [{name: name, expression: object.metadata.name}]\nvalidations: [{expression: variables.name.endsWith('0'), messageExpression: variables.name + '!'}]";
    let loaded = vap::load(&yaml::documents(&format!("{}\n---\n{}", policy(spec), binding(""))));
    let engine: &dyn Engine = &loaded.engine;
    let (cluster, user) = (Cluster::new(), User::named("alice"));
    let judge = |index: usize| {
        let object = format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p{index}, namespace: team}}}}");
        let object = yaml::documents(&object).remove(0);
        review_of(&object, &cluster, &user, |review| engine.judge(review).iter().map(row).collect::<Vec<_>>())
    };
    let one_by_one: Vec<Vec<String>> = (0..200).map(judge).collect();
    let in_parallel: Vec<Vec<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|part| scope.spawn(move || (part * 50..part * 50 + 50).map(judge).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(one_by_one, in_parallel);
    assert_eq!(one_by_one[1], ["b 0 fail [Deny] p1!"]);
}
