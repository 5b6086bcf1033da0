//! Which fields of the object a rule is about.

use std::sync::Arc;

use podline_jmespath::{Budget, Expression, Runtime, Step as Part, Value};

use super::conditions::Compared;
use super::context::Context;
use crate::judgement::{Step, Violation};

/// What looking for places may cost: they are found after everything is decided, and change nothing.
const BUDGET: (u64, u64) = (200_000, 16 << 20);

/// More fields are not named.
const MOST: usize = 10_000;

/// What a condition asked: the queries of its key and of its value.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) key: Vec<Arc<Expression>>,
    pub(super) value: Vec<Arc<Expression>>,
    /// What they answered.
    pub(super) compared: Compared,
}

/// Where the element of a list stands.
enum Place {
    /// It is a part of the object.
    Part(Vec<Step>),
    /// It is computed of what stands there.
    Source(Vec<Step>),
}

/// The fields that conditions asked for, the one to blame last.
pub(super) fn of_conditions(context: &Context<'_>, asked: &[Asked]) -> Vec<Violation> {
    let mut finder = Finder::new(context);
    for one in asked {
        let before = finder.found.len();
        let culprits = one.compared.culprits();
        match &one.key[..] {
            [key] if !culprits.is_empty() => finder.culprits(key, &culprits),
            key => finder.reads(key),
        }
        if finder.found.len() == before {
            finder.reads(&one.value);
        }
    }
    finder.found
}

/// The fields that queries name.
pub(super) fn of_reads(context: &Context<'_>, reads: &[Arc<Expression>]) -> Vec<Violation> {
    let mut finder = Finder::new(context);
    finder.reads(reads);
    finder.found
}

/// The field at a path in Kyverno's form, below the element of a list that a rule is about, or the object.
pub(super) fn at_path(context: &Context<'_>, element: Option<&Value>, path: &str) -> Option<Violation> {
    let object = context.environment().object;
    let base = match element {
        Some(element) => match Finder::new(context).element(element)? {
            Place::Part(base) => base,
            Place::Source(path) => return Some(below(object, path, "")),
        },
        None => Vec::new(),
    };
    Some(below(object, base, path))
}

/// The fields that a query looks at, with all that is below them. `finding` says whether what it finds is looked at too, or
/// only how many elements there are.
pub(super) fn touched(context: &Context<'_>, query: &Expression, finding: bool) -> Vec<Vec<Step>> {
    let object = context.environment().object;
    let finder = Finder::new(context);
    let mut all = Vec::new();
    let paths = match query.touched(&finder.root, finding, &finder.runtime()) {
        Some(places) => places.iter().filter_map(|place| finder.in_object(place)).collect(),
        // It may be anything.
        None => vec![Vec::new()],
    };
    for path in paths {
        if let Some(value) = path.iter().try_fold(object, child) {
            all_below(value, &path, &mut all);
        }
        all.push(path);
    }
    all
}

/// Everything below a value.
fn all_below(value: &Value, path: &[Step], all: &mut Vec<Vec<Step>>) {
    let mut add = |step: Step, value: &Value| {
        if all.len() < MOST {
            let path = [path, &[step]].concat();
            all_below(value, &path, all);
            all.push(path);
        }
    };
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| add(Step::Key(key.clone()), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| add(Step::Index(at), value)),
        _ => {}
    }
}

/// The fields of an object with pods that the Standards look at.
pub(super) fn settings_of(object: &Value, all: &mut Vec<Vec<Step>>) {
    const SETTINGS: [&str; 15] = [
        "securityContext",
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "hostUsers",
        "hostPort",
        "volumes",
        "annotations",
        "os",
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle",
        "httpGet",
        "tcpSocket",
    ];
    let mut every = Vec::new();
    all_below(object, &[], &mut every);
    let is_setting = |step: &Step| matches!(step, Step::Key(key) if SETTINGS.contains(&&**key));
    all.extend(every.into_iter().filter(|path| path.iter().any(is_setting)));
}

/// The field at a path in Kyverno's form.
pub(super) fn below(object: &Value, mut path: Vec<Step>, written: &str) -> Violation {
    let mut here = path.iter().try_fold(object, child);
    let mut rest = written.trim_matches('/');
    while !rest.is_empty() {
        let (step, after) = next_step(here, rest);
        here = here.and_then(|here| child(here, &step));
        path.push(step);
        rest = after;
    }
    Violation { path, found: here.is_some(), decided: true, passed_over: false }
}

struct Finder<'f, 'a> {
    context: &'f Context<'a>,
    budget: Budget,
    root: Value,
    found: Vec<Violation>,
}

impl<'f, 'a> Finder<'f, 'a> {
    fn new(context: &'f Context<'a>) -> Finder<'f, 'a> {
        let budget = Budget::new(BUDGET.0, BUDGET.1);
        Finder { context, budget, root: context.root(), found: Vec::new() }
    }

    fn object(&self) -> &'a Value {
        self.context.environment().object
    }

    fn runtime(&self) -> Runtime<'_> {
        let settings = self.context.environment().settings;
        Runtime { now: settings.now, yaml: &*settings.yaml, budget: &self.budget }
    }

    fn reads(&mut self, reads: &[Arc<Expression>]) {
        for read in reads {
            let places = read.places(&self.root, &self.runtime()).places;
            for place in &places {
                self.place(place);
            }
        }
    }

    /// The elements of a list that decided, the first of them last.
    fn culprits(&mut self, key: &Expression, culprits: &[usize]) {
        let mut places = key.places(&self.root, &self.runtime());
        if let [one] = &places.places[..]
            && !places.each
        {
            // The whole list stands in one place.
            let at = |at: &usize| one.iter().cloned().chain([Part::Index(*at)]).collect::<Vec<Part>>();
            places.places = culprits.iter().map(at).rev().collect();
        } else if places.each {
            places.places = culprits.iter().rev().filter_map(|at| places.places.get(*at).cloned()).collect();
        }
        for place in &places.places {
            self.place(place);
        }
    }

    /// A place in what queries see, if it is one in the object.
    fn place(&mut self, place: &[Part]) {
        let Some(path) = self.in_object(place).filter(|_| self.found.len() < MOST) else { return };
        let found = path.iter().try_fold(self.object(), child).is_some();
        self.found.retain(|known| known.path != path);
        self.found.push(Violation { path, found, decided: true, passed_over: false });
    }

    fn element(&self, element: &Value) -> Option<Place> {
        let of_list = || {
            let (list, index) = self.context.list()?;
            let places = list.places(&self.root, &self.runtime());
            let place = if places.each { places.places.get(*index) } else { places.places.first() };
            let is_of_object =
                |place: &&Vec<Part>| matches!(place.first(), Some(Part::Key(key)) if &**key == "request");
            self.in_object(place.filter(is_of_object)?).map(Place::Source)
        };
        let part = find(self.object(), &|value| is_part(value, element));
        let equal = || find(self.object(), &|value| value == element);
        part.map(Place::Part).or_else(of_list).or_else(|| equal().map(Place::Part))
    }

    fn in_object(&self, place: &[Part]) -> Option<Vec<Step>> {
        let key = |at: usize| match place.get(at) {
            Some(Part::Key(key)) => Some(&**key),
            _ => None,
        };
        let (mut path, used) = match key(0)? {
            "request" if key(1) == Some("object") => (Vec::new(), 2),
            "images" => {
                let image = self.root.get("images")?.get(key(1)?)?.get(key(2)?)?;
                return Some(below(self.object(), Vec::new(), image.get("jsonPointer")?.as_str()?).path);
            }
            "element" => match self.element(self.root.get("element")?)? {
                Place::Part(path) => (path, 1),
                Place::Source(path) => return Some(path),
            },
            name if name.starts_with("element") => (locate(self.object(), self.root.get(name)?)?, 1),
            _ => return None,
        };
        let step = |part: &Part| match part {
            Part::Key(key) => Step::Key(key.clone()),
            Part::Index(at) => Step::Index(*at),
        };
        path.extend(place[used..].iter().map(step));
        (!path.is_empty()).then_some(path)
    }
}

fn child<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match step {
        Step::Key(key) => value.get(key),
        Step::Index(at) => value.as_slice()?.get(*at),
    }
}

/// The next step of a path, whose keys may hold slashes: the longest key that is there counts.
fn next_step<'r>(here: Option<&Value>, rest: &'r str) -> (Step, &'r str) {
    if let Some(Value::Object(entries)) = here {
        let longest = entries
            .keys()
            .filter(|key| rest.strip_prefix(&***key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
            .max_by_key(|key| key.len());
        if let Some(key) = longest {
            return (Step::Key(key.clone()), rest[key.len()..].trim_start_matches('/'));
        }
    }
    let (first, after) = rest.split_once('/').unwrap_or((rest, ""));
    let is_list = here.is_some_and(|here| here.as_slice().is_some());
    match first.parse() {
        Ok(at) if is_list => (Step::Index(at), after),
        _ => (Step::Key(first.into()), after),
    }
}

/// Where an element of a list stands: it is a part of the object, or equal to one.
fn locate(object: &Value, element: &Value) -> Option<Vec<Step>> {
    find(object, &|value| is_part(value, element)).or_else(|| find(object, &|value| value == element))
}

/// The first place that holds what is wanted.
fn find(object: &Value, is_it: &impl Fn(&Value) -> bool) -> Option<Vec<Step>> {
    fn walk(value: &Value, is_it: &impl Fn(&Value) -> bool, path: &mut Vec<Step>) -> bool {
        if is_it(value) {
            return true;
        }
        let mut below = |step: Step, value: &Value| {
            path.push(step);
            let found = walk(value, is_it, path);
            if !found {
                path.pop();
            }
            found
        };
        match value {
            Value::Object(entries) => entries.iter().any(|(key, value)| below(Step::Key(key.clone()), value)),
            Value::Array(items) => items.iter().enumerate().any(|(at, value)| below(Step::Index(at), value)),
            _ => false,
        }
    }
    let mut path = Vec::new();
    walk(object, is_it, &mut path).then_some(path)
}

/// Is it the same part in memory? Copies share what they hold.
fn is_part(value: &Value, element: &Value) -> bool {
    match (value, element) {
        (Value::String(one), Value::String(other)) => Arc::ptr_eq(one, other),
        (Value::Array(one), Value::Array(other)) => Arc::ptr_eq(one, other),
        (Value::Object(one), Value::Object(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}
