//! Rules with heads and bodies.

use crate::ast::{Expr, ExprKind, Head, Location, Name, Rule, TemplatePart, Term, TermKind};

use super::Parser;
use super::token::Token;

/// The body of a rule that has none.
pub(super) fn always(location: Location) -> Vec<Expr> {
    vec![Expr::new(location, ExprKind::Term(Box::new(Term::new(location, TermKind::Bool(true)))))]
}

impl Parser<'_> {
    /// A rule, with those that its further bodies make. Nothing, without an error, if it is none.
    pub(super) fn rules(&mut self) -> Option<Vec<Rule>> {
        let location = self.location();
        self.keyword_as_name();
        let default = self.token() == Token::Default;
        if default {
            self.scan();
            self.keyword_as_name();
        }
        if self.token() != Token::Ident {
            return None;
        }
        let head = self.head(default)?;
        let body = always(location);
        let mut rule = Rule { location, default, head, body, otherwise: Vec::new(), generated_body: false };
        if default {
            return self.valid_default(&rule).then(|| vec![rule]);
        }
        self.complete_head(&mut rule.head)?;
        match self.token() {
            Token::If => {
                rule.head.says_if = true;
                rule.body = self.body_after_if()?;
            }
            Token::OpenBrace => rule.body = self.braced_body()?,
            _ if rule.head.says_contains => {
                rule.generated_body = true;
                rule.location = rule.head.location;
                return Some(vec![rule]);
            }
            _ => return None,
        }
        if self.token() == Token::Else && !self.keyword_as_name() {
            self.check_else(&rule.head)?;
            rule.otherwise = self.branches(&rule.head)?;
        }
        self.further_bodies(rule)
    }

    /// What `p[x]` means depends on what follows.
    fn complete_head(&mut self, head: &mut Head) -> Option<()> {
        let says_if = self.token() == Token::If;
        if head.says_contains || head.reference.len() != 2 {
            return Some(());
        }
        let (name, key) = (head.reference[0].as_var().cloned(), head.reference[1].clone());
        if says_if {
            if (!key.is_ground() || key.as_ref().is_some()) && head.args.is_empty() {
                head.key = Some(key);
            }
            if head.value.is_none() {
                head.generated_value = true;
                head.value = Some(Term::new(head.location, TermKind::Bool(true)));
            } else {
                head.name = name?;
            }
        } else if head.args.is_empty() {
            head.name = name?;
            head.key = Some(key);
            if head.value.is_none() {
                head.reference.truncate(1);
            }
        }
        Some(())
    }

    fn braced_body(&mut self) -> Option<Vec<Expr>> {
        self.scan();
        let body = self.body(Token::CloseBrace)?;
        self.scan();
        Some(body)
    }

    /// One expression, or several in braces. `{ x }` is never a set here, since a set always holds.
    fn body_after_if(&mut self) -> Option<Vec<Expr>> {
        self.scan();
        let before = self.save();
        self.trying += 1;
        let expr = self.literal();
        self.trying -= 1;
        if let Some(expr) = expr {
            let set = matches!(&expr.kind, ExprKind::Term(term) if matches!(term.kind, TermKind::Set(_)));
            if !set {
                return Some(vec![expr]);
            }
        }
        self.restore(before);
        self.braced_body()
    }

    fn check_else(&mut self, head: &Head) -> Option<()> {
        let dynamic = head.reference.len() > 1 && !head.reference.iter().skip(1).all(Term::is_ground);
        let kind = if dynamic {
            "rules with variables in head"
        } else if head.key.is_some() {
            "multi-value rules"
        } else {
            return Some(());
        };
        self.error(self.location(), format!("else keyword cannot be used on {kind}"));
        None
    }

    /// The branches from the first `else` on.
    fn branches(&mut self, head: &Head) -> Option<Vec<Rule>> {
        let mut branches = Vec::new();
        while self.token() == Token::Else {
            let (branch, bodyless) = self.branch(head)?;
            branches.push(branch);
            if bodyless {
                break;
            }
        }
        Some(branches)
    }

    fn branch(&mut self, head: &Head) -> Option<(Rule, bool)> {
        let location = self.location();
        let mut head = self.head_again(head);
        head.generated_value = false;
        head.location = location;
        (head.says_if, head.says_contains) = (false, false);
        self.scan();
        match self.token() {
            Token::OpenBrace | Token::If => {
                head.generated_value = true;
                head.value = Some(Term::new(location, TermKind::Bool(true)));
            }
            Token::Assign | Token::Unify => {
                head.assign = self.token() == Token::Assign;
                self.scan();
                head.value = Some(self.infix()?);
            }
            _ => {
                self.illegal("expected else value term or rule body");
                return None;
            }
        }
        let mut rule =
            Rule { location, default: false, head, body: Vec::new(), otherwise: Vec::new(), generated_body: false };
        rule.head.says_if = self.token() == Token::If;
        if !rule.head.says_if && self.token() != Token::OpenBrace {
            rule.body = always(location);
            rule.generated_body = true;
            return Some((rule, true));
        }
        if rule.head.says_if {
            self.scan();
        }
        rule.body = match self.token() {
            Token::OpenBrace => self.braced_body()?,
            Token::End => {
                self.illegal("rule body expected");
                return None;
            }
            _ => vec![self.literal()?],
        };
        Some((rule, false))
    }

    /// `p { … } { … }`: each body makes a rule with the same head.
    fn further_bodies(&mut self, first: Rule) -> Option<Vec<Rule>> {
        let mut rules = vec![first];
        while self.token() == Token::OpenBrace {
            let location = self.location();
            if !rules[0].otherwise.is_empty() {
                self.error(location, "expected else keyword");
                return None;
            }
            let body = self.braced_body()?;
            let mut head = self.head_again(&rules[0].head);
            head.location = location;
            rules.push(Rule { location, default: false, head, body, otherwise: Vec::new(), generated_body: false });
        }
        Some(rules)
    }

    /// A copy of a head, where each `_` among the arguments is a variable of its own again.
    fn head_again(&mut self, head: &Head) -> Head {
        let mut head = head.clone();
        for arg in &mut head.args {
            if let TermKind::Var(name) = &mut arg.kind
                && name.starts_with('$')
            {
                *name = self.wildcard();
            }
        }
        head
    }

    fn valid_default(&mut self, rule: &Rule) -> bool {
        let Some(value) = &rule.head.value else {
            self.error(rule.location, "illegal default rule (must have a value)");
            return false;
        };
        if let Some(kind) = needs_evaluation(value) {
            self.error(rule.location, format!("illegal default rule (value cannot contain {kind})"));
            return false;
        }
        let mut seen: Vec<&Name> = Vec::new();
        for arg in &rule.head.args {
            let Some(name) = arg.as_var() else {
                let message = format!("illegal default rule (arguments cannot contain {})", arg.kind.name());
                self.error(rule.location, message);
                return false;
            };
            if seen.contains(&name) {
                let message = format!("illegal default rule (arguments cannot be repeated {name})");
                self.error(rule.location, message);
                return false;
            }
            seen.push(name);
        }
        true
    }
}

/// What of a term, comprehensions aside, is no constant.
fn needs_evaluation(term: &Term) -> Option<&'static str> {
    match &term.kind {
        TermKind::Ref(_) | TermKind::Var(_) | TermKind::Call(_) => Some(term.kind.name()),
        TermKind::Array(items) | TermKind::Set(items) => items.iter().find_map(needs_evaluation),
        TermKind::Object(entries) => {
            entries.iter().find_map(|(key, value)| needs_evaluation(key).or_else(|| needs_evaluation(value)))
        }
        TermKind::Template(parts) => parts.iter().find_map(|part| match part {
            TemplatePart::Term(term) => needs_evaluation(term),
            TemplatePart::Expr(expr) => match &expr.kind {
                ExprKind::Term(term) => needs_evaluation(term),
                _ => Some("ref"),
            },
        }),
        _ => None,
    }
}
