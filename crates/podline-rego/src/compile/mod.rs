//! From modules to a program: everything that OPA's compiler refuses, and the rewriting that gives the evaluator OPA's
//! semantics. The stages are OPA's own, in its order; each runs only if those before found nothing wrong.
//!
//! Source: `v1/ast/compile.go`.

mod calls;
mod check;
mod conflicts;
mod dynamics;
mod expand;
mod graph;
mod heads;
mod locals;
mod lower;
mod outputs;
mod program;
mod resolve;
mod safety;
mod templates;
mod terms;
#[cfg(test)]
mod tests;
mod tree;
mod vars;
mod with;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::ast::{self, Location, Module, Name, NodeMut, TermKind, each_in_expr, each_in_term};
use crate::error::{Code, Error};

use templates::Message;
use tree::{Tree, texts};
use vars::{Skip, VarSet};

pub use program::*;

/// How many errors are told.
const MAX_ERRORS: usize = 10;

/// What may be called.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Built-ins that there are not.
    pub disabled: BTreeSet<String>,
    /// Is there Gatekeeper's `external_data`?
    pub external_data: bool,
}

/// Compiles modules.
///
/// # Errors
/// What OPA's compiler says against them; it is never empty.
pub fn compile(modules: Vec<Module>, options: &Options) -> Result<Program, Vec<Error>> {
    let deep = modules.iter().any(|module| module.depth > crate::stack::SHALLOW);
    let file = modules.first().map(|module| module.file.clone()).unwrap_or_default();
    crate::stack::run(deep, || Compiler::new(modules, options).compile())
        .unwrap_or_else(|| Err(vec![Error::no_room(&file)]))
}

/// A rule of a module. Its branches stand right behind it.
struct Unit {
    module: usize,
    rule: ast::Rule,
    /// How many branches it has; nothing for a branch.
    branches: Option<usize>,
}

impl Unit {
    /// Is it no branch of another?
    fn is_first(&self) -> bool {
        self.branches.is_some()
    }

    /// The rule and its branches, if the rule stands at `first`.
    fn chain(&self, first: usize) -> Range<usize> {
        first..first + 1 + self.branches.unwrap_or(0)
    }
}

/// Makes names for variables.
#[derive(Default)]
struct Locals {
    made: usize,
    /// Names of that form that the text has.
    taken: BTreeSet<Name>,
}

impl Locals {
    fn next(&mut self) -> Name {
        loop {
            let name: Name = format!("__local{}__", self.made).into();
            self.made += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}

struct Compiler {
    /// The modules in the order of their names, without their rules.
    modules: Vec<Module>,
    units: Vec<Unit>,
    tree: Tree,
    locals: Locals,
    /// What variables are called in the text.
    written: BTreeMap<Name, Name>,
    errors: Vec<Error>,
}

impl Compiler {
    fn new(mut modules: Vec<Module>, options: &Options) -> Compiler {
        modules.sort_by(|a, b| a.file.cmp(&b.file));
        let mut units = Vec::new();
        for (module, from) in modules.iter_mut().enumerate() {
            for mut rule in std::mem::take(&mut from.rules) {
                let branches = std::mem::take(&mut rule.otherwise);
                units.push(Unit { module, rule, branches: Some(branches.len()) });
                units.extend(branches.into_iter().map(|rule| Unit { module, rule, branches: None }));
            }
        }
        Compiler {
            modules,
            units,
            tree: Tree::new(options.clone()),
            locals: Locals::default(),
            written: BTreeMap::new(),
            errors: Vec::new(),
        }
    }

    fn compile(mut self) -> Result<Program, Vec<Error>> {
        const STAGES: [fn(&mut Compiler); 20] = [
            Compiler::resolve,
            Compiler::find_taken_names,
            Compiler::rewrite_head_paths,
            Compiler::check_reserved,
            Compiler::check_imports,
            Compiler::build_tree,
            Compiler::rewrite_locals,
            Compiler::rewrite_templates,
            Compiler::check_void_calls,
            Compiler::erase_prints,
            Compiler::expand_calls,
            Compiler::rewrite_metadata,
            Compiler::rewrite_collected,
            Compiler::rewrite_references_in_heads,
            Compiler::rewrite_withs,
            Compiler::check_conflicts,
            Compiler::check_functions,
            Compiler::check_head_safety,
            Compiler::check_body_safety,
            Compiler::rewrite_comparisons,
        ];
        for stage in STAGES {
            stage(&mut self);
            self.stop_if_failed()?;
        }
        let graph = self.graph();
        self.rewrite_dynamics();
        let order = self.check_recursion(&graph);
        self.stop_if_failed()?;
        let types = self.check_types(&order);
        self.stop_if_failed()?;
        self.check_deprecated();
        self.stop_if_failed()?;
        let program = self.lower(types);
        self.stop_if_failed()?;
        Ok(program)
    }

    fn stop_if_failed(&mut self) -> Result<(), Vec<Error>> {
        if self.errors.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.errors)) }
    }

    fn fail(&mut self, code: Code, module: usize, location: Location, message: impl Into<String>) {
        if self.errors.len() > MAX_ERRORS {
            return;
        }
        let file = self.modules.get(module).map(|module| module.file.clone()).unwrap_or_default();
        self.errors.push(Error { code, file, location, message: message.into() });
        if self.errors.len() == MAX_ERRORS {
            let message = "error limit reached".to_owned();
            let location = Location::default();
            self.errors.push(Error { code: Code::Compile, file: "".into(), location, message });
        }
    }

    fn fail_all(&mut self, code: Code, found: Vec<(usize, Location, String)>) {
        for (module, location, message) in found {
            self.fail(code, module, location, message);
        }
    }

    /// What a variable is called in the text.
    fn written(&self, name: &Name) -> Name {
        self.written.get(name).unwrap_or(name).clone()
    }

    fn with_written_names(&self, message: Message) -> String {
        match message {
            Message::Text(text) => text,
            Message::Undeclared(name) => format!("var {} is undeclared", self.written(&name)),
        }
    }

    /// Names like those that are made may stand in a text.
    fn find_taken_names(&mut self) {
        let mut taken = BTreeSet::new();
        for Unit { rule, .. } in &self.units {
            let mut found = vars::of_body(&rule.body, Skip::default());
            let head = &rule.head;
            let terms = head.reference.iter().chain(&head.args).chain(&head.key).chain(&head.value);
            vars::add_terms(terms, Skip::default(), &mut found);
            taken.extend(found.into_iter().filter(|name| name.starts_with("__local")));
        }
        self.locals.taken = taken;
    }

    fn build_tree(&mut self) {
        for (at, module) in self.modules.iter().enumerate() {
            let node = self.tree.make(texts(&module.package.path));
            self.tree.nodes[node].modules.push(at);
        }
        for (id, unit) in self.units.iter().enumerate().filter(|(_, unit)| unit.is_first()) {
            let head = &unit.rule.head;
            let name = head.reference[0].as_var().into_iter();
            let keys = head.reference.iter().skip(1).map_while(ast::Term::to_value);
            let package = texts(&self.modules[unit.module].package.path);
            let name = name.map(|name| crate::value::Value::String(name.clone()));
            let path: Vec<_> = package.chain(name).chain(keys).collect();
            self.tree.add(path, id, head.args.len());
        }
    }

    /// Every variable of a body has a value before it is needed.
    fn check_body_safety(&mut self) {
        let mut units = std::mem::take(&mut self.units);
        let tree = std::mem::take(&mut self.tree);
        let mut order = safety::Order::new(&tree);
        for unit in &mut units {
            let mut globals: VarSet = ["input", "data"].into_iter().map(Into::into).collect();
            vars::add_terms(&unit.rule.head.args, Skip::default(), &mut globals);
            match order.body(&mut unit.rule.body, &globals) {
                Ok(found) => self.unsafe_errors(unit.module, &found),
                Err(safety::TooComplex) => {
                    self.fail(Code::Compile, unit.module, unit.rule.location, "the rule is too complex");
                }
            }
        }
        self.tree = tree;
        self.units = units;
    }

    fn unsafe_errors(&mut self, module: usize, found: &safety::Unsafe) {
        let mut named = Vec::new();
        for (name, location) in safety::first_uses(found) {
            let name = self.written(&name);
            if !name.starts_with("__local") {
                let name = if name.starts_with('$') { "_" } else { &*name };
                let hint = match name {
                    "in" | "if" | "contains" | "every" | "not" => {
                        format!(" (hint: `import future.keywords.{name}` to import a future keyword)")
                    }
                    _ => String::new(),
                };
                named.push((location, format!("var {name} is unsafe{hint}")));
            }
        }
        named.sort();
        if named.is_empty() {
            named.extend(found.iter().map(|(location, _)| (*location, "expression is unsafe".to_owned())));
        }
        for (location, message) in named {
            self.fail(Code::UnsafeVar, module, location, message);
        }
    }

    /// `a == b` is evaluated as `a = b`, once it is known that neither side lacks a value.
    fn rewrite_comparisons(&mut self) {
        for Unit { rule, .. } in &mut self.units {
            let head = &mut rule.head;
            let terms = head.args.iter_mut().chain(&mut head.key).chain(&mut head.value);
            terms.for_each(|term| each_in_term(term, &mut compare_by_unifying));
            compare_by_unifying(NodeMut::Body(&mut rule.body));
        }
    }
}

fn compare_by_unifying(node: NodeMut<'_>) {
    match node {
        NodeMut::Body(body) => {
            for expr in body {
                if terms::is_comparison(expr)
                    && let ast::ExprKind::Call(parts) = &mut expr.kind
                    && let TermKind::Ref(path) = &mut parts[0].kind
                {
                    path[0].kind = TermKind::Var("eq".into());
                }
                each_in_expr(expr, &mut compare_by_unifying);
            }
        }
        NodeMut::Term(term) => each_in_term(term, &mut compare_by_unifying),
        NodeMut::Expr(expr) => each_in_expr(expr, &mut compare_by_unifying),
        NodeMut::With(with) => {
            each_in_term(&mut with.target, &mut compare_by_unifying);
            each_in_term(&mut with.value, &mut compare_by_unifying);
        }
    }
}
