//! What expressions see: `request`, `images`, `element`, and the entries of a rule's context, which are computed when a
//! query names them.
//!
//! Source: kyverno `pkg/engine/context`, `pkg/engine/context/loaders`.

mod entries;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use podline_jmespath::{Budget, Error, Expression, Map, Runtime, Value};

use super::blame::{self, Asked};
use super::fault::{Fault, Need};
use super::images::images;
use super::rule::Entry;
use crate::cluster::Cluster;
use crate::doubts::Doubts;
use crate::engine::User;
use crate::judgement::{Step, Violation};

/// How many bytes the entries of a context may take: Kyverno's own limit.
const MAX_SIZE: usize = 2 << 20;

/// So many queries of an entry are remembered.
const MOST_READS: usize = 100;

/// What the variables that only a cluster knows are called.
const OF_CLUSTER: [&str; 4] = ["request.roles", "request.clusterRoles", "request.uid", "request.options"];

/// What is known once somebody says who sends the object.
const OF_USER: [&str; 3] = ["request.userInfo", "serviceAccountName", "serviceAccountNamespace"];

/// What is shared by all rules of an object.
pub(super) struct Environment<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) settings: &'a super::Settings,
    pub(super) budget: &'a Budget,
    /// The object as Kyverno's JSON.
    pub(super) object: &'a Value,
    /// Its kind.
    pub(super) kind: &'a str,
    /// Who sends it; nobody is known if the name is empty.
    pub(super) user: &'a User,
    /// Takes the fields of the object that a rule looks at, if somebody wants to know.
    pub(super) seen: Option<&'a RefCell<Vec<Vec<Step>>>>,
    /// What nobody knows of the object.
    pub(super) doubts: &'a Doubts<'a>,
    /// Expressions that were parsed before.
    pub(super) parsed: &'a RefCell<HashMap<String, Result<Arc<Expression>, Error>>>,
}

/// One that loads what a query names.
#[derive(Clone)]
struct Loader<'a> {
    name: Arc<str>,
    level: usize,
    matched: bool,
    loaded: bool,
    load: Load<'a>,
}

#[derive(Clone, Copy)]
enum Load<'a> {
    Images,
    /// What no file holds.
    Needs(Need),
    Entry {
        entry: &'a Entry,
        namespace: &'a str,
    },
}

/// The variables of one rule.
pub(super) struct Context<'a> {
    environment: &'a Environment<'a>,
    root: Map,
    checkpoints: Vec<Map>,
    loaders: Vec<Loader<'a>>,
    /// Which entry is being loaded: those before it may be asked for.
    loading: Option<(usize, usize)>,
    size: usize,
    depth: usize,
    /// The queries, in order: those that entries were computed by, too.
    pub(super) reads: Vec<Arc<Expression>>,
    /// The list that the element comes from, and which it is.
    list: Option<(Arc<Expression>, usize)>,
    /// The field of the object that could not be read.
    pub(super) unreadable: Option<Violation>,
    /// What the conditions asked that decided.
    pub(super) asked: Vec<Asked>,
    /// The queries that entries were computed by.
    entry_reads: HashMap<Arc<str>, Vec<Arc<Expression>>>,
}

impl<'a> Context<'a> {
    /// What every rule sees.
    pub(super) fn new(environment: &'a Environment<'a>, request: Value) -> Context<'a> {
        let mut loaders =
            vec![Loader { name: "images".into(), level: 0, matched: false, loaded: false, load: Load::Images }];
        let is_anonymous = environment.user.name.is_empty();
        let of_user = OF_USER.iter().filter(|_| is_anonymous).map(|name| (name, Need::User));
        // Kyverno finds roles in the cluster's bindings.
        let of_cluster = OF_CLUSTER.iter().map(|name| (name, if is_anonymous { Need::User } else { Need::Cluster }));
        loaders.extend(of_user.chain(of_cluster).map(|(name, need)| Loader {
            name: (*name).into(),
            level: 0,
            matched: false,
            loaded: false,
            load: Load::Needs(need),
        }));
        let mut root = Map::from_iter([("request".into(), request)]);
        if !is_anonymous {
            let (namespace, name) = service_account(&environment.user.name);
            root.insert("serviceAccountName".into(), Value::text(name));
            root.insert("serviceAccountNamespace".into(), Value::text(namespace));
        }
        Context {
            environment,
            root,
            checkpoints: Vec::new(),
            loaders,
            loading: None,
            size: 0,
            depth: 0,
            reads: Vec::new(),
            list: None,
            unreadable: None,
            asked: Vec::new(),
            entry_reads: HashMap::new(),
        }
    }

    pub(super) fn environment(&self) -> &'a Environment<'a> {
        self.environment
    }

    /// The query that finds the list of the element, and which of it this is.
    pub(super) fn list(&self) -> Option<&(Arc<Expression>, usize)> {
        self.list.as_ref()
    }

    /// What queries see.
    pub(super) fn root(&self) -> Value {
        Value::object(self.root.clone())
    }

    /// What is read from now on is all that counts.
    pub(super) fn forget_reads(&mut self) {
        self.reads.clear();
        self.unreadable = None;
        self.asked.clear();
    }

    /// Pays for bytes.
    pub(super) fn pay(&self, bytes: usize) -> Result<(), Fault> {
        Ok(self.environment.budget.bytes(bytes)?)
    }

    /// Adds a rule's entries.
    pub(super) fn add_entries(&mut self, entries: &'a [Entry], namespace: &'a str) {
        let level = self.checkpoints.len();
        self.loaders.extend(entries.iter().map(|entry| Loader {
            name: entry.name.clone(),
            level,
            matched: false,
            loaded: false,
            load: Load::Entry { entry, namespace },
        }));
    }

    /// Adds an element of a list that a query finds.
    pub(super) fn add_element(&mut self, list: &str, element: &Value, (index, nesting): (usize, usize)) {
        self.list = self.parse(list.trim()).ok().map(|list| (list, index));
        // It is a Go int, which JMESPath takes for no number.
        let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
        self.root.insert("element".into(), element.clone());
        self.root.insert(format!("element{nesting}").into(), element.clone());
        self.root.insert("elementIndex".into(), index.clone());
        self.root.insert(format!("elementIndex{nesting}").into(), index);
    }

    /// Remembers the state.
    pub(super) fn checkpoint(&mut self) {
        self.checkpoints.push(self.root.clone());
    }

    /// Goes back to the last state that was remembered, and keeps or forgets it.
    pub(super) fn reset(&mut self, forget: bool) {
        let Some(last) = self.checkpoints.last() else { return };
        self.root = last.clone();
        if forget {
            self.checkpoints.pop();
        }
        let level = self.checkpoints.len();
        self.entry_reads
            .retain(|name, _| self.loaders.iter().any(|loader| loader.level <= level && loader.name == *name));
        for loader in &mut self.loaders {
            loader.matched = false;
        }
        let mut at = 0;
        while at < self.loaders.len() {
            let loader = &self.loaders[at];
            let (above, same, done) = (loader.level > level, loader.level == level, loader.loaded);
            if !above && done && (forget || !same) {
                // What was loaded since is loaded again; it was sound then.
                let _ = self.load(at);
            }
            if above || (same && (done || !forget)) {
                self.loaders.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Searches.
    pub(super) fn query(&mut self, query: &str) -> Result<Value, Fault> {
        self.look(query, true)
    }

    /// Searches for a list of which each element is looked at later, as far as anybody does.
    pub(super) fn query_list(&mut self, query: &str) -> Result<Value, Fault> {
        self.look(query, false)
    }

    /// How many fields were looked at, where that is remembered.
    pub(super) fn seen(&self) -> usize {
        self.environment.seen.map_or(0, |seen| seen.borrow().len())
    }

    /// The first field that was looked at since then and that nobody knows.
    pub(super) fn unknown_since(&self, before: usize) -> Option<Violation> {
        let seen = self.environment.seen?.borrow();
        self.environment.doubts.among(seen.get(before..)?)
    }

    /// Was a field looked at since then that nobody knows? It is a doubt.
    pub(super) fn is_open_since(&self, before: usize) -> bool {
        self.unknown_since(before).is_some_and(|field| self.environment.doubts.are_in(&[field]))
    }

    /// Searches; `finding` says whether what is found counts as looked at.
    fn look(&mut self, query: &str, finding: bool) -> Result<Value, Fault> {
        self.environment.budget.steps(50 + query.len())?;
        let known = self.entry_reads.iter().filter(|(name, _)| names(query, name));
        self.reads.extend(known.flat_map(|(_, reads)| reads.iter().cloned()).take(MOST_READS));
        self.load_named(query)?;
        let query = query.trim();
        if query.is_empty() {
            return Err(Fault::new("invalid query (nil)"));
        }
        let parsed = self.parse(query).map_err(|fault| fault.wrap(|why| format!("incorrect query {query}: {why}")))?;
        self.reads.push(parsed.clone());
        if let Some(seen) = self.environment.seen {
            let found = blame::touched(self, &parsed, finding);
            seen.borrow_mut().extend(found);
        }
        let root = Value::object(self.root.clone());
        self.search(&parsed, &root).map_err(|fault| fault.within("JMESPath query failed"))
    }

    fn parse(&self, query: &str) -> Result<Arc<Expression>, Fault> {
        let known = self.environment.parsed.borrow().get(query).cloned();
        let parsed = known.unwrap_or_else(|| {
            let parsed = Expression::parse(query).map(Arc::new);
            self.environment.parsed.borrow_mut().insert(query.to_owned(), parsed.clone());
            parsed
        });
        Ok(parsed?)
    }

    fn search(&self, expression: &Expression, data: &Value) -> Result<Value, Fault> {
        let runtime = Runtime {
            now: self.environment.settings.now,
            yaml: &*self.environment.settings.yaml,
            budget: self.environment.budget,
        };
        Ok(expression.search(data, &runtime)?)
    }

    /// Loads the entries that a query names, earlier ones first.
    fn load_named(&mut self, query: &str) -> Result<(), Fault> {
        let (level, end) = self.loading.unwrap_or((self.checkpoints.len(), self.loaders.len()));
        while let Some(at) = self.named(query, level, end.min(self.loaders.len())) {
            self.loaders[at].matched = true;
            self.load(at)?;
        }
        Ok(())
    }

    fn named(&self, query: &str, level: usize, end: usize) -> Option<usize> {
        self.loaders[..end]
            .iter()
            .position(|loader| !loader.matched && !loader.loaded && loader.level <= level && names(query, &loader.name))
    }

    fn load(&mut self, at: usize) -> Result<(), Fault> {
        if self.depth > 64 {
            return Err(Fault::Budget);
        }
        let loader = self.loaders[at].clone();
        self.loading = Some((loader.level, at));
        self.depth += 1;
        let before = self.reads.len();
        let outcome = match loader.load {
            Load::Images => self.load_images(),
            Load::Needs(need) => Err(Fault::Unknown(need)),
            Load::Entry { entry, namespace } => self.load_entry(entry, namespace),
        };
        self.depth -= 1;
        let own = self.reads.get(before..).unwrap_or_default().to_vec();
        self.entry_reads.insert(loader.name.clone(), own);
        self.loading = None;
        outcome?;
        if let Some(loader) = self.loaders.get_mut(at) {
            // The original never says that the images are loaded.
            loader.loaded = !matches!(loader.load, Load::Images);
        }
        Ok(())
    }

    fn load_images(&mut self) -> Result<(), Fault> {
        let Environment { object, kind, .. } = *self.environment;
        let images = images(object, kind).map_err(|unreadable| {
            self.unreadable = unreadable.pointer.map(|pointer| blame::below(object, Vec::new(), &pointer));
            if let (Some(seen), Some(image)) = (self.environment.seen, &self.unreadable) {
                seen.borrow_mut().push(image.path.clone());
            }
            Fault::Text(unreadable.why)
        })?;
        if images.is_empty() {
            return Ok(());
        }
        self.root.insert("images".into(), Value::object(images));
        Ok(())
    }
}

/// Namespace and name of a service account, as Kyverno takes them from the name of a user: it looks at no prefix.
fn service_account(user: &str) -> (&str, &str) {
    let account = user.get("system:serviceaccount:".len()..).unwrap_or_default();
    let mut parts = account.split(':');
    parts.next().zip(parts.next()).unwrap_or_default()
}

/// Does the query name the entry? `(?:\A|\z|\s|[^.0-9A-Za-z])NAME\b`
fn names(query: &str, name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut from = 0;
    while let Some(at) = query[from..].find(name).map(|at| from + at) {
        let end = at + name.len();
        let before = query[..at].chars().next_back();
        let after = query[end..].chars().next();
        let starts = before.is_none_or(|c| c != '.' && !c.is_ascii_alphanumeric());
        let ends = name.chars().next_back().is_some_and(word) != after.is_some_and(word);
        if starts && ends {
            return true;
        }
        from = at + name.chars().next().map_or(1, char::len_utf8);
    }
    false
}
