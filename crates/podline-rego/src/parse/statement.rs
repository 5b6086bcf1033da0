//! The statements of a module: its package, its imports, its rules, and expressions that stand for rules.

use crate::ast::{Expr, Import, Location, Package, Ref, Rule, Term, TermKind, Version};

use super::token::{Keywords, Token};
use super::{Parser, State, is_keyword};

/// A statement.
pub(super) enum Statement {
    Package(Package),
    Import(Import),
    Rule(Box<Rule>),
    Body(Vec<Expr>),
}

impl<'t> Parser<'t> {
    /// All statements, up to the first error.
    pub(super) fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        self.scan();
        while self.token() != Token::End {
            let before = self.save();
            if let Some(package) = self.package() {
                statements.push(Statement::Package(package));
                continue;
            }
            if !self.retry(&before) {
                break;
            }
            if let Some(import) = self.import() {
                self.import_keywords(&import);
                statements.push(Statement::Import(import));
                continue;
            }
            if !self.retry(&before) {
                break;
            }
            if let Some(rules) = self.rules() {
                statements.extend(rules.into_iter().map(|rule| Statement::Rule(Box::new(rule))));
                continue;
            }
            if !self.retry(&before) {
                break;
            }
            match self.query(true, Token::End) {
                Some(body) => statements.push(Statement::Body(body)),
                None => break,
            }
        }
        statements
    }

    /// Goes back to try another kind of statement, unless an error was found.
    fn retry(&mut self, before: &State<'t>) -> bool {
        let clean = self.state.errors.is_empty();
        if clean {
            self.restore(before.clone());
        }
        clean
    }

    fn package(&mut self) -> Option<Package> {
        if self.token() != Token::Package {
            return None;
        }
        let location = self.location();
        let term = self.declared_path()?;
        let path = match term.kind {
            TermKind::Var(name) => vec![name],
            TermKind::Ref(parts) => self.package_path(&parts)?,
            _ => {
                self.illegal("");
                return None;
            }
        };
        Some(Package { location, path })
    }

    fn package_path(&mut self, parts: &[Term]) -> Option<Vec<crate::ast::Name>> {
        let mut path = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let (name, wanted) = if at == 0 { (part.as_var(), "var") } else { (part.as_text(), "string") };
            let Some(name) = name else {
                self.error(part.location, format!("unexpected {} token: expecting {wanted}", part.kind.name()));
                return None;
            };
            path.push(name.clone());
        }
        Some(path)
    }

    /// What follows `package` or `import`; nothing if these begin a reference.
    fn declared_path(&mut self) -> Option<Term> {
        self.scan_blank();
        match self.token() {
            Token::Dot | Token::OpenBracket => return None,
            Token::Blank => self.scan(),
            _ => {}
        }
        if self.token() != Token::Ident && !self.is_keyword_for_refs() {
            self.illegal("");
            return None;
        }
        self.state.token = Token::Ident;
        let term = self.term();
        if term.is_none() && self.state.errors.is_empty() {
            self.error(self.location(), "expected path");
        }
        term
    }

    fn import(&mut self) -> Option<Import> {
        if self.token() != Token::Import {
            return None;
        }
        let location = self.location();
        // Words that were imported before are names in an import.
        let keywords = std::mem::take(&mut self.keywords);
        let term = self.declared_path();
        self.keywords = keywords;
        let path = self.import_path(term?)?;
        let root = path[0].as_var().map(|name| &**name);
        if !matches!(root, Some("data" | "input" | "future" | "rego")) {
            let roots = "unexpected import path, must begin with one of: {data, future, input, rego}, got: ";
            self.error(path[0].location, format!("{roots}{}", path[0]));
            return None;
        }
        if self.token() == Token::As {
            self.scan();
            let alias = if self.token() == Token::Ident { self.term() } else { None };
            let Some(alias) = alias.and_then(|alias| alias.as_var().cloned()) else {
                self.illegal("expected var");
                return None;
            };
            return Some(Import { location, path, alias: Some(alias) });
        }
        self.check_last_part(&path);
        Some(Import { location, path, alias: None })
    }

    fn import_path(&mut self, term: Term) -> Option<Ref> {
        match term.kind {
            TermKind::Var(_) => Some(vec![term]),
            TermKind::Ref(parts) => {
                if let Some(part) = parts.iter().skip(1).find(|part| part.as_text().is_none()) {
                    self.error(part.location, format!("unexpected {} token: expecting string", part.kind.name()));
                    return None;
                }
                Some(parts)
            }
            _ => {
                self.error(self.location(), "expected path");
                None
            }
        }
    }

    /// An import without another name may not end in a keyword.
    fn check_last_part(&mut self, path: &[Term]) {
        let Some(last) = path.last().filter(|_| !path[0].is_var("future")) else { return };
        let Some(name) = last.as_text().or(last.as_var()) else { return };
        if is_keyword(name, self.version) {
            self.error(last.location, format!("unexpected import path, must not end with a keyword, got: {name}"));
        }
    }

    /// What `import future.…` and `import rego.v1` change.
    fn import_keywords(&mut self, import: &Import) {
        let place = import.path[0].location;
        let rest: Vec<&str> =
            import.path.iter().skip(1).filter_map(|part| part.as_text().map(|text| &**text)).collect();
        if import.path[0].is_var("rego") {
            self.import_rego(import, &rest, place);
        } else if import.path[0].is_var("future") {
            self.import_future(import, &rest, place);
        }
    }

    fn import_rego(&mut self, import: &Import, rest: &[&str], place: Location) {
        if rest != ["v1"] {
            let path = crate::ast::Path(&import.path).to_string();
            return self.error(place, format!("invalid import `{path}`, must be `rego.v1`"));
        }
        if self.version == Version::V1 {
            return;
        }
        if import.alias.is_some() {
            return self.error(place, "`rego` imports cannot be aliased");
        }
        self.keywords = Keywords::ALL;
    }

    fn import_future(&mut self, import: &Import, rest: &[&str], place: Location) {
        if rest.first() != Some(&"keywords") {
            return self.error(place, "invalid import, must be `future.keywords`");
        }
        if import.alias.is_some() {
            return self.error(place, "`future` imports cannot be aliased");
        }
        match rest {
            [_, "not"] => {
                self.not_bodies = true;
                self.keywords = Keywords::ALL;
            }
            [_, word @ ("contains" | "every" | "if" | "in")] => self.keywords.add(word),
            [_, _] => self.error(place, "unexpected keyword, must be one of [contains every if in not]"),
            _ => self.keywords = Keywords::ALL,
        }
    }
}
