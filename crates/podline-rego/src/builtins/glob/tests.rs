use super::super::testing::call;

#[test]
fn patterns_match_as_in_gobwas() {
    for (operands, matches) in [
        (r#"["*.github.com", [], "api.github.com"]"#, "true"),
        (r#"["*.github.com", [], "api.cdn.github.com"]"#, "false"),
        (r#"["*hi", [], "this-is-hi"]"#, "true"),
        (r#"["*hi*", [":"], "x:hi"]"#, "false"),
        (r#"["a?c", null, "ac"]"#, "false"),
        (r#"["?", null, ""]"#, "true"),
        (r#"["{a,b}*", null, "bxyz"]"#, "true"),
        (r#"["[!a]b", null, "cb"]"#, "true"),
        (r#"["[^a]b", null, "cb"]"#, "false"),
        (r#"["[a-c]d", null, "bd"]"#, "true"),
        (r#"["**.x", ["."], "a.b.x"]"#, "true"),
        (r#"["a\\*b", null, "a*b"]"#, "true"),
        (r#"["{ab,ac}", null, "ac"]"#, "true"),
        (r#"["{", null, ""]"#, "true"),
        (r#"["[a", null, "a"]"#, "undefined"),
        (r#"["*a*b*", ["/"], "xayb"]"#, "true"),
        (r#"["a*{b,c}d", ["/"], "axbd"]"#, "true"),
        (r#"["é?", null, "éé"]"#, "false"),
        (r#"["*é?x", null, "aéex"]"#, "false"),
        (r#"["api-*.{com,org}", ["."], "api-x.org"]"#, "true"),
        (r#"["*/*/c", ["/"], "a/b/c"]"#, "true"),
        (r#"["a**c", ["/"], "a/b/c"]"#, "true"),
        (r#"["", null, ""]"#, "true"),
        (r#"["{a*,*b}c", ["."], "xbc"]"#, "true"),
        (r#"["*.*.*", ["."], "a.b.c"]"#, "true"),
        (r#"["?at", [".","-"], ".at"]"#, "false"),
        (r#"["{*.a,b}", ["."], "x.a"]"#, "true"),
        (r#"["??", null, "éx"]"#, "true"),
        (r#"["[!é]?", null, "ab"]"#, "true"),
    ] {
        assert_eq!(call("glob.match", operands), matches, "{operands}");
    }
}

#[test]
fn what_gobwas_reads_is_quoted() {
    assert_eq!(call("glob.quote_meta", r#"["*?[{a}],!"]"#), r#""\\*\\?\\[\\{a\\}\\],!""#);
}

#[test]
fn patterns_that_take_too_long_end_the_evaluation() {
    let stars = "*a".repeat(40);
    let text = "a".repeat(2_000);
    let operands = format!(r#"["x{stars}", ["."], "y{text}"]"#);
    assert_eq!(call("glob.match", &operands), "needs more work or memory than a policy may use");
}
