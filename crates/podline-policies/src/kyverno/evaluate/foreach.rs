//! `foreach`: a check for each element of a list.

use podline_jmespath::Value;

use super::{Evaluation, Response, Status, faulted, precondition};
use crate::judgement::Violation;
use crate::kyverno::fault::Fault;
use crate::kyverno::rule::ForEach;

impl<'a> Evaluation<'_, 'a> {
    pub(super) fn foreach(
        &mut self,
        lists: &'a [ForEach],
        element: Option<&Value>,
        nesting: usize,
    ) -> Option<Response> {
        let mut applied = 0;
        let mut failure = None;
        self.context.forget_reads();
        for foreach in lists {
            match self.elements(foreach) {
                Ok(elements) => match self.each(foreach, &elements, element, nesting) {
                    Ok(count) => applied += count,
                    Err(response) => return Some(response),
                },
                Err(Fault::Text(text)) => {
                    if !text.contains("Unknown key") {
                        failure = Some(Fault::Text(text));
                    }
                }
                Err(fault) => return Some(Response::fault("", fault)),
            }
        }
        if applied == 0 {
            return failure.map(|fault| faulted("failed to evaluate list", fault, self.context));
        }
        Some(Response::new(Status::Pass, "rule passed"))
    }

    fn elements(&mut self, foreach: &ForEach) -> Result<Vec<Value>, Fault> {
        Ok(match self.context.query_list(&foreach.list)? {
            Value::Array(items) | Value::Maps(items) => items.to_vec(),
            other => vec![other],
        })
    }

    /// How many elements the check was about, or the response that ends the rule.
    fn each(
        &mut self,
        foreach: &'a ForEach,
        elements: &[Value],
        outer: Option<&Value>,
        nesting: usize,
    ) -> Result<usize, Response> {
        self.context.checkpoint();
        let mut applied = 0;
        let (mut ended, mut open) = (None, None);
        for (index, element) in elements.iter().enumerate().filter(|(_, element)| !element.is_null()) {
            if self.context.environment().budget.steps(100).is_err() {
                ended = Some(Response::fault("", Fault::Budget));
                break;
            }
            self.context.reset(false);
            self.context.add_element(&foreach.list, element, (index, nesting));
            let is_map = matches!(element, Value::Object(_));
            if foreach.scope == Some(true) && !is_map {
                let kind = go_type(element);
                ended = Some(Response::new(
                    Status::Error,
                    format!(
                        "failed to process foreach: cannot use elementScope=true foreach rules for elements that are not maps, expected type=map got type={kind}"
                    ),
                ));
                break;
            }
            let scoped = if foreach.scope.unwrap_or(is_map) { Some(element) } else { outer };
            match self.element(foreach, scoped, nesting) {
                Ok(true) => applied += 1,
                Ok(false) => {}
                // Another element may be refused whatever nobody knows of this one.
                Err((response, Some(field))) => {
                    open.get_or_insert(Response { violations: vec![field], ..response });
                }
                Err((response, None)) => {
                    ended = Some(response);
                    break;
                }
            }
        }
        self.context.reset(true);
        ended.or(open).map_or(Ok(applied), Err)
    }

    /// Was the check about this element? What ends the rule may depend on a field that nobody knows, where preconditions
    /// ask for that.
    fn element(
        &mut self,
        foreach: &'a ForEach,
        element: Option<&Value>,
        nesting: usize,
    ) -> Result<bool, (Response, Option<Violation>)> {
        self.context.add_entries(&foreach.context, "");
        let before = self.context.seen();
        let stopped = precondition(&foreach.preconditions, self.context);
        let open = self.context.unknown_since(before);
        let response = stopped.or_else(|| self.check(&foreach.check, element, nesting + 1));
        let Some(response) = response else { return Ok(false) };
        match response.status {
            Status::Skip | Status::Exempt => Ok(false),
            Status::Pass => Ok(true),
            Status::Error if response.message.contains("failed to evaluate preconditions") => Ok(false),
            Status::Unknown(_) => Err((response, None)),
            _ => {
                let message = format!("validation failure: {}", response.message);
                Err((Response { message, ..response }, open))
            }
        }
    }
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "float64",
        Value::Int(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) | Value::Maps(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}
