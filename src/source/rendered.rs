//! From a rendered text back to the template that it was rendered from.

use std::collections::HashMap;

use super::span::Position;

/// Larger templates are searched by whole lines only, so that no number of findings makes that slow.
const LARGE: usize = 256 * 1024;

/// What is pointed at in a rendered text.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// The line in which it stands.
    pub line: &'a str,
    /// The range of bytes in the line.
    pub range: (usize, usize),
    /// The name of the field, "" for an element of a list.
    pub key: &'a str,
}

/// The text of a template, and where its lines are.
#[derive(Debug)]
pub struct Template {
    lines: Vec<String>,
    /// The lines without what surrounds them: the index of each, `None` for those that stand there more than once.
    by_text: HashMap<String, Option<usize>>,
    is_large: bool,
    /// Whether it may write lines that do not stand in it: blocks of values, and named templates.
    has_blocks: bool,
}

/// The functions that write what is not in the template.
const WRITERS: [&str; 7] = ["include", "template", "tpl", "toYaml", "toJson", "toToml", ".Files"];

impl Template {
    /// Reads a template.
    pub fn new(text: &str) -> Self {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let lines: Vec<String> =
            text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned()).collect();
        let mut by_text = HashMap::new();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| !is_comment(line)) {
            by_text.entry(core(line).to_owned()).and_modify(|known| *known = None).or_insert(Some(index));
        }
        let has_blocks = lines.iter().any(|line| may_write_lines(line));
        Self { lines, by_text, is_large: text.len() > LARGE, has_blocks }
    }

    /// The one line on which a template writes the field that is pointed at, with a value that is not in it; and whether
    /// nothing else in it can have written that field.
    pub fn find_field(&self, key: &str) -> Option<(Position, Position, bool)> {
        if key.is_empty() || self.is_large {
            return None;
        }
        let is_filled = |line: &str, at: usize| {
            let behind = line[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
            behind.strip_prefix(':').is_some_and(|value| value.contains("{{"))
        };
        let all = |line: &str| -> Vec<usize> {
            bounded(line, key).into_iter().filter(|at| is_before_colon(line, at + key.len())).collect()
        };
        let (start, end) = self.only(all, key)?;
        let line = &self.lines[start.line - 1];
        let at = all(line).first().copied()?;
        is_filled(line, at).then_some((start, end, !self.has_blocks))
    }

    /// The one line of the template that is a rendered line, whatever is pointed at in it.
    pub fn find_line(&self, line: &str) -> Option<(Position, Position)> {
        let text = core(line);
        let index = (*self.by_text.get(text).filter(|_| !text.is_empty())?)?;
        let template = &self.lines[index];
        Some(place(index, template, indent(template), text.len()))
    }

    /// The one place where a template holds what is pointed at, if there is just one: its line as it was rendered, or
    /// the field with the value, or a value that says enough by itself.
    pub fn find(&self, rendered: Rendered<'_>) -> Option<(Position, Position)> {
        let Rendered { line, range: (start, end), key } = rendered;
        let literal = line.get(start..end).filter(|literal| !literal.trim().is_empty())?;
        if let Some(found) = self.by_text.get(core(line)).filter(|_| start >= indent(line)) {
            let index = (*found)?;
            let template = &self.lines[index];
            let at = indent(template) + start - indent(line);
            return Some(place(index, template, at, literal.len()));
        }
        if self.is_large {
            return None;
        }
        let is_key = literal.trim_matches(['"', '\'']) == key;
        let finds = |line: &str| match key {
            "" => bounded(line, literal),
            _ if is_key => {
                bounded(line, literal).into_iter().filter(|at| is_before_colon(line, at + literal.len())).collect()
            }
            _ => bounded(line, literal).into_iter().filter(|at| is_value_of(line, *at, key)).collect::<Vec<_>>(),
        };
        let says_little = |literal: &str| {
            matches!(literal, "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off")
                || literal.parse::<f64>().is_ok()
        };
        if key.is_empty() && says_little(literal) {
            return None;
        }
        let found = self.only(finds, literal);
        // Without its key only what is not found in every second line.
        if found.is_none() && !key.is_empty() && !is_key && !says_little(literal) {
            return self.only(|line| bounded(line, literal), literal);
        }
        found
    }

    /// The first line.
    pub fn first_line(&self) -> (Position, Position) {
        let length = self.lines.first().map_or(0, |line| line.chars().count());
        (Position { line: 1, column: 1 }, Position { line: 1, column: length.max(1) + 1 })
    }

    /// The only place that `finds` gives in all lines.
    fn only(&self, finds: impl Fn(&str) -> Vec<usize>, literal: &str) -> Option<(Position, Position)> {
        let lines = self.lines.iter().enumerate().filter(|(_, line)| !is_comment(line));
        let mut found = lines.flat_map(|(index, line)| finds(line).into_iter().map(move |at| (index, line, at)));
        let (index, line, at) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        Some(place(index, line, at, literal.len()))
    }
}

/// A line without what surrounds it: spaces, and the dashes that begin elements of lists.
fn core(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '-']).trim_end()
}

/// How many bytes stand before that.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '-']).len()
}

/// Whether a line of a template may write lines that are not in it: it calls a function that does, or begins with an
/// action that only writes.
fn may_write_lines(line: &str) -> bool {
    const SILENT: [&str; 9] = ["if", "else", "end", "range", "with", "define", "block", "break", "continue"];
    if line.contains("{{") && WRITERS.iter().any(|writer| line.contains(writer)) {
        return true;
    }
    let Some(action) = line.trim_start().strip_prefix("{{") else { return false };
    let action = action.trim_start_matches('-').trim_start();
    let word = action.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_assignment = action.starts_with('$') && action.contains('=');
    !(SILENT.contains(&word) || is_assignment || action.starts_with("/*"))
}

/// Whether a line is a comment of YAML or of the template: no value stands in it.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("{{/*") || line.starts_with("{{- /*")
}

/// The places in a line where a text stands that no letter or digit makes longer.
fn bounded(line: &str, text: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let ends = |at: usize| !line[..at].chars().next_back().is_some_and(is_word);
    let begins = |at: usize| !line[at..].chars().next().is_some_and(is_word);
    let found = line.match_indices(text).map(|(at, _)| at);
    found.filter(|&at| ends(at) && begins(at + text.len())).collect()
}

/// Whether what stands at `at` is the value of a field: `key: ` stands before it.
fn is_value_of(line: &str, at: usize, key: &str) -> bool {
    let before = line[..at].trim_end().strip_suffix(':').map(str::trim_end);
    let before = before.map(|before| before.trim_end_matches(['"', '\'']));
    before.and_then(|before| before.strip_suffix(key)).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
}

fn is_before_colon(line: &str, at: usize) -> bool {
    line[at..].trim_start().starts_with(':')
}

/// A place in a line, by characters.
fn place(index: usize, line: &str, at: usize, length: usize) -> (Position, Position) {
    let column = |at: usize| line.get(..at).map_or(at, |before| before.chars().count()) + 1;
    let line_number = index + 1;
    let start = Position { line: line_number, column: column(at) };
    (start, Position { line: line_number, column: column((at + length).min(line.len())) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{{- if .Values.enabled }}
kind: Pod
spec:
  hostNetwork: {{ .Values.hostNetwork }}
  # privileged: true
  containers:
    - name: {{ .Release.Name }}-é
      securityContext: {privileged: true, runAsUser: {{ .Values.uid }}}
      tty: true
      args: [{{ .Values.x }}, NET_ADMIN]
      image: "x"
      env:
      - {name: A, value: "x"}
    - name: b
      tty: false
      stdin: false
      workingDir: /a
    - tty: false
      workingDir: /a
"#;

    /// Where the template holds what is marked in a line by `«»`.
    fn found(marked: &str, key: &str) -> Option<(usize, usize, usize)> {
        let start = marked.find('«').expect("a mark");
        let line = marked.replace('«', "");
        let end = line.find('»').expect("a mark");
        let line = line.replace('»', "");
        let found = Template::new(TEMPLATE).find(Rendered { line: &line, range: (start, end), key });
        found.map(|(start, end)| (start.line, start.column, end.column))
    }

    #[test]
    fn a_line_that_stands_in_the_template_just_once_is_found() {
        assert_eq!(found("          tty: «true»", "tty"), Some((9, 12, 16)));
        assert_eq!(found("    «containers»:", "containers"), Some((6, 3, 13)));
        assert_eq!(found("   tty: «false»", "tty"), None, "it stands there twice");
    }

    #[test]
    fn a_field_with_its_value_is_found_within_a_line() {
        assert_eq!(found("securityContext: {privileged: «true», runAsUser: 0}", "privileged"), Some((8, 37, 41)));
        assert_eq!(found("privileged: «true»", "privileged"), Some((8, 37, 41)), "and no comment is");
        assert_eq!(found("args: [a, «NET_ADMIN»]", ""), Some((10, 31, 40)));
        assert_eq!(found("securityContext: {«privileged»: true}", "privileged"), Some((8, 25, 35)));
    }

    #[test]
    fn what_comes_from_values_or_stands_there_twice_is_not_found() {
        assert_eq!(found("hostNetwork: «true»", "hostNetwork"), None);
        assert_eq!(found("runAsUser: «0»", "runAsUser"), None);
        assert_eq!(found("- «true»", ""), None);
        assert_eq!(found("  workingDir: «/a»", "workingDir"), None);
        assert_eq!(found("image: «x»", "image"), None, "an x stands in many places");
    }

    #[test]
    fn a_field_that_is_filled_in_is_found_where_its_name_stands_just_once() {
        let field = |text: &str, key| {
            let found = Template::new(text).find_field(key);
            found.map(|(start, end, is_sure)| (start.line, start.column, end.column, is_sure))
        };
        assert_eq!(field(TEMPLATE, "hostNetwork"), Some((4, 3, 14, true)));
        assert_eq!(field(TEMPLATE, "runAsUser"), Some((8, 43, 52, true)));
        let silent = "{{- $x := .Values.x }}\n{{- range $x }}\nhostNetwork: {{ . }}\n{{- end }}\n";
        assert_eq!(field(silent, "hostNetwork"), Some((3, 1, 12, true)));
        assert_eq!(field(TEMPLATE, "tty"), None, "it stands there often");
        assert_eq!(field(TEMPLATE, "containers"), None, "its value is in the template");
        for block in
            ["{{ toYaml .Values.pod }}", "{{- include \"x\" . | nindent 2 }}", "{{- .Values.extra -}}", "{{ $extra }}"]
        {
            let text = format!("hostNetwork: {{{{ .x }}}}\n{block}\n");
            assert_eq!(field(&text, "hostNetwork"), Some((1, 1, 12, false)), "{block} may write it too");
        }
    }

    #[test]
    fn a_line_is_found_whatever_is_pointed_at() {
        let line = |line| Template::new(TEMPLATE).find_line(line).map(|(start, _)| start.line);
        assert_eq!(
            [line("      - name: b"), line("  containers:"), line("   tty: false"), line("  ")],
            [Some(14), Some(6), None, None]
        );
    }

    #[test]
    fn the_first_line_has_a_column_even_if_it_is_empty() {
        let last = |text: &str| Template::new(text).first_line().1.column;
        assert_eq!((last(""), last("é\nb"), last("ab")), (2, 2, 3));
    }
}
