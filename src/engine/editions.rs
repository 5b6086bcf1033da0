//! Policies of one name that are for different objects: each judges its own.
//!
//! In a cluster the later of two documents of a name replaces the earlier one. Entries of a configuration that bring them
//! for different objects speak of different clusters, or of parts of one: for an object only those documents count that
//! were brought for it. Each choice of documents is loaded once it is met.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::loaded::{Brought, LoadedEngine, says_same};
use crate::matching::Matcher;

/// The documents of which only some count for an object.
#[derive(Default)]
pub(super) struct Editions {
    /// What such documents are for: all of one of these must hold.
    scopes: Vec<Vec<Matcher>>,
    /// Of each document in which of the scopes it counts; `None` is in all.
    scope_of: Vec<Option<usize>>,
    values: Vec<Value>,
    now: i64,
    /// The engines by which scopes hold.
    made: Mutex<HashMap<Vec<bool>, Arc<Vec<LoadedEngine>>>>,
}

impl fmt::Debug for Editions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editions").field("scope_of", &self.scope_of).finish_non_exhaustive()
    }
}

impl Editions {
    /// Those of some documents; `None` if all of them count wherever they are for anything.
    pub fn new(documents: &[Brought], values: &[Value], now: i64) -> Option<Self> {
        let mut named: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, Brought { document, .. }) in documents.iter().enumerate() {
            named.entry((&document.kind, &document.namespace, &document.name)).or_default().push(at);
        }
        // Matchers cannot be compared; two that look alike are one.
        let looks: Vec<String> = documents.iter().map(|one| format!("{:?}", one.within)).collect();
        let mut editions = Self { scope_of: vec![None; documents.len()], now, ..Self::default() };
        let mut known: Vec<&str> = Vec::new();
        for at in 0..documents.len() {
            let Brought { document, within, .. } = &documents[at];
            let same = &named[&(&document.kind, &document.namespace, &document.name)];
            let differs =
                |other: &&usize| !says_same(&documents[**other].document, document) && looks[**other] != looks[at];
            if !same.iter().any(|other| differs(&other)) {
                continue;
            }
            let scope = known.iter().position(|look| *look == looks[at]).unwrap_or_else(|| {
                known.push(&looks[at]);
                editions.scopes.push(within.clone());
                known.len() - 1
            });
            editions.scope_of[at] = Some(scope);
        }
        if editions.scopes.is_empty() {
            return None;
        }
        editions.values = values.to_vec();
        Some(editions)
    }

    /// The choices by which each document counts once: each scope alone.
    pub fn each_alone(&self) -> impl Iterator<Item = Vec<bool>> {
        let count = self.scopes.len();
        (0..count).map(move |one| (0..count).map(|at| at == one).collect())
    }

    /// Whether a document counts where these scopes hold.
    pub fn counts(&self, document: usize, holding: &[bool]) -> bool {
        self.scope_of.get(document).copied().flatten().is_none_or(|scope| holding[scope])
    }

    /// Which scopes hold for an object.
    pub fn holding(&self, is_for: impl Fn(&[Matcher]) -> bool) -> Vec<bool> {
        self.scopes.iter().map(|scope| is_for(scope)).collect()
    }

    /// The documents that count where these scopes hold, null in place of the others, and the time.
    pub fn values(&self, holding: &[bool]) -> (Vec<Value>, i64) {
        let of = |(at, value): (usize, &Value)| if self.counts(at, holding) { value.clone() } else { Value::Null };
        (self.values.iter().enumerate().map(of).collect(), self.now)
    }

    /// The engines of a choice, made once.
    pub fn engines(
        &self,
        holding: Vec<bool>,
        make: impl FnOnce(&[bool]) -> Vec<LoadedEngine>,
    ) -> Arc<Vec<LoadedEngine>> {
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engines) = known.get(&holding) {
            return Arc::clone(engines);
        }
        let engines = Arc::new(make(&holding));
        known.insert(holding, Arc::clone(&engines));
        engines
    }
}
