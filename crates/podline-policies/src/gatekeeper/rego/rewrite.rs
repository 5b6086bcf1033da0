//! What Gatekeeper allows modules to name, and how it moves libraries: frameworks `pkg/regorewriter`.

use podline_rego::ast::walk::{NodeMut, each_in_expr};
use podline_rego::ast::{Expr, Module, Ref, Rule, Term, TermKind};

use super::walk::each_ref;

/// Where libraries are put, below `data`.
const LIBRARIES: &str = "libs";

/// A template's module, or one of its libraries.
pub(super) struct Source {
    /// As errors call it.
    pub(super) file: String,
    pub(super) module: Module,
}

/// What a module may not do.
pub(super) struct Disallowed {
    /// Which of the modules: of the libraries, or beyond them the entry.
    pub(super) module: usize,
    /// The line of it, from 1.
    pub(super) row: u32,
    /// The words.
    pub(super) why: String,
}

/// A line of a module, and what is wrong there.
type Wrong = (u32, String);

/// Checks all modules and moves the libraries to where nobody else can name them. `libraries` come before the `entry` in
/// checks, as upstream has it.
///
/// # Errors
/// The first thing that is not allowed.
pub(super) fn rewrite(libraries: &mut [Source], entry: &mut Source) -> Result<(), Disallowed> {
    let told = |module: usize| move |(row, why): Wrong| Disallowed { module, row, why };
    for (at, library) in libraries.iter().enumerate() {
        check_package(&library.module).map_err(told(at))?;
    }
    let all = || libraries.iter().chain([&*entry]).enumerate();
    for (at, source) in all() {
        check_imports(&source.module).map_err(told(at))?;
    }
    for (at, source) in all() {
        check_references(source).map_err(told(at))?;
    }
    for library in &mut *libraries {
        library.module.package.path.insert(0, LIBRARIES.into());
    }
    for source in libraries.iter_mut().chain([entry]) {
        for import in &mut source.module.imports {
            move_reference(&mut import.path);
        }
        source.module.rules.iter_mut().for_each(move_in_rule);
    }
    Ok(())
}

/// A library's package stands below `data.lib`.
fn check_package(module: &Module) -> Result<(), Wrong> {
    let path: Vec<&str> = module.package.path.iter().map(|part| &**part).collect();
    if matches!(path[..], ["lib", _, ..]) {
        return Ok(());
    }
    let why = format!("invalid lib prefix: path data.{} not found in lib prefixes", path.join("."));
    Err((module.package.location.row, why))
}

fn check_imports(module: &Module) -> Result<(), Wrong> {
    for import in &module.imports {
        let (path, row) = (&import.path, import.location.row);
        let root = path.first().and_then(Term::as_var).map_or("", |name| &**name);
        let second = path.get(1).and_then(Term::as_text).map_or("", |name| &**name);
        let quoted = || podline_cel::quote(&written(path));
        match (root, second) {
            ("input", _) => return Err((row, format!("invalid import: cannot import input: {}", quoted()))),
            ("data", "lib") | ("future", _) => {}
            _ => return Err((row, format!("invalid import: bad import: {}", quoted()))),
        }
    }
    Ok(())
}

/// A reference as it is written.
fn written(path: &Ref) -> String {
    match path.first() {
        Some(first) => Term::new(first.location, TermKind::Ref(path.clone())).to_string(),
        None => String::new(),
    }
}

/// Of `data` only the inventory and libraries may be named.
fn check_references(source: &Source) -> Result<(), Wrong> {
    let (mut wrong, mut row) = (Vec::new(), 0);
    each_ref(&source.module, false, &mut |path| {
        if is_data(path) && !is_below(path, "inventory") && !is_below(path, "lib") {
            wrong.push(format!("disallowed ref {}", written(path)));
            let here = path.first().map_or(0, |first| first.location.row);
            row = if row == 0 { here } else { row.min(here) };
        }
    });
    if wrong.is_empty() {
        return Ok(());
    }
    let (file, count) = (&source.file, wrong.len());
    let head = format!("invalid data references: check refs failed on module {{{file}}}: errors ({count}):");
    Err((row, format!("{head}\n{}", wrong.join("\n"))))
}

fn is_data(path: &Ref) -> bool {
    path.first().and_then(Term::as_var).is_some_and(|name| &**name == "data")
}

fn is_below(path: &Ref, name: &str) -> bool {
    path.get(1).and_then(Term::as_text).is_some_and(|text| &**text == name)
}

fn move_reference(path: &mut Ref) {
    if is_data(path) && !is_below(path, "inventory") {
        let place = path[0].location;
        path.insert(1, Term::text(place, LIBRARIES));
    }
}

/// Only references that are whole terms of a head or an expression are moved, none within other terms: so it is upstream,
/// where libraries are meant to be imported.
fn move_in_rule(rule: &mut Rule) {
    let head = &mut rule.head;
    head.args.iter_mut().chain(&mut head.key).chain(&mut head.value).for_each(move_term);
    move_in_body(&mut rule.body);
    rule.otherwise.iter_mut().for_each(move_in_rule);
}

fn move_in_body(body: &mut [Expr]) {
    for expr in body {
        each_in_expr(expr, &mut |node| match node {
            NodeMut::Term(term) => move_term(term),
            NodeMut::Body(body) => move_in_body(body),
            NodeMut::With(with) => {
                move_term(&mut with.target);
                move_term(&mut with.value);
            }
            NodeMut::Expr(_) => {}
        });
    }
}

fn move_term(term: &mut Term) {
    if let TermKind::Ref(path) = &mut term.kind {
        move_reference(path);
    }
}
