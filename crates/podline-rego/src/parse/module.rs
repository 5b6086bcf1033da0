//! A module from its statements.

use crate::ast::{Location, Module, Package, Rule, RuleKind, Version};
use crate::error::{Code, Error};

use super::from_body::rule_from_body;
use super::statement::Statement;
use super::{Parser, is_keyword};

impl Parser<'_> {
    /// The module, or what is wrong with it.
    pub(super) fn module(mut self) -> Result<Module, Vec<Error>> {
        let statements = self.statements();
        if !self.state.errors.is_empty() {
            return Err(std::mem::take(&mut self.state.errors));
        }
        if self.scans == 0 {
            self.error(Location::default(), "the text cannot be read in linear time");
        }
        if statements.is_empty() {
            self.error(Location::default(), "empty module");
        }
        let module = self.assemble(statements);
        if self.state.errors.is_empty() { Ok(module) } else { Err(self.state.errors) }
    }

    fn assemble(&mut self, statements: Vec<Statement>) -> Module {
        let mut module = Module {
            file: self.file.clone(),
            version: self.version,
            package: Package { location: Location::default(), path: Vec::new() },
            imports: Vec::new(),
            rules: Vec::new(),
            depth: self.deepest,
            annotated: self.annotated,
        };
        for (at, statement) in statements.into_iter().enumerate() {
            if at == 0 {
                match statement {
                    Statement::Package(package) => module.package = package,
                    other => self.error(other.location(), "package expected"),
                }
                continue;
            }
            match statement {
                Statement::Package(package) => self.error(package.location, "unexpected package"),
                Statement::Import(import) => {
                    if self.version == Version::V0 && import.path[0].is_var("rego") {
                        module.version = Version::V0CompatV1;
                    }
                    module.imports.push(import);
                }
                Statement::Rule(rule) => module.rules.push(*rule),
                Statement::Body(body) => {
                    let location = body.first().map(|expr| expr.location).unwrap_or_default();
                    match rule_from_body(body) {
                        Ok(rule) => module.rules.push(rule),
                        Err(message) => self.error(location, message),
                    }
                }
            }
        }
        if module.version != Version::V0 {
            let rules = module.rules.iter().flat_map(|rule| std::iter::once(rule).chain(&rule.otherwise));
            let errors: Vec<Error> = rules.flat_map(|rule| self.check_version_1(rule)).collect();
            self.state.errors.extend(errors);
        }
        module
    }

    /// What version 1 asks of a rule.
    fn check_version_1(&self, rule: &Rule) -> Vec<Error> {
        let kind = if rule.is_function() { "function" } else { "rule" };
        let head = &rule.head;
        let mut messages = Vec::new();
        if head.reference.len() < 2 && is_keyword(&head.name, Version::V1) {
            messages.push(format!("{} keyword cannot be used for rule name", head.name));
        }
        if rule.generated_body && head.generated_value {
            messages.push(format!("{kind} must have value assignment and/or body declaration"));
        }
        if !rule.generated_body && !head.says_if && !rule.default {
            messages.push(format!("`if` keyword is required before {kind} body"));
        }
        if head.kind() == RuleKind::Multi && !head.says_contains {
            messages.push("`contains` keyword is required for partial set rules".to_owned());
        }
        let error = |message| Error { code: Code::Parse, file: self.file.clone(), location: rule.location, message };
        messages.into_iter().map(error).collect()
    }
}

impl Statement {
    fn location(&self) -> Location {
        match self {
            Statement::Package(package) => package.location,
            Statement::Import(import) => import.location,
            Statement::Rule(rule) => rule.location,
            Statement::Body(body) => body.first().map(|expr| expr.location).unwrap_or_default(),
        }
    }
}
