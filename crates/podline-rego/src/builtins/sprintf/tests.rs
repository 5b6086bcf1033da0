use super::super::testing::call_with;
use crate::json::read;
use crate::number::Number;
use crate::value::Value;

fn sprintf(format: &str, values: &str) -> String {
    call_with("sprintf", &[format.into(), read(values).expect("JSON")])
}

/// Each is what OPA 1.17.1 answers.
#[test]
fn verbs_and_flags_are_those_of_go() {
    for (format, values, text) in [
        (
            r"%5d|%-5d|%05d|%+d|% d|%x|%#x|%X|%b|%o|%#o|%O|%c|%q|%U|%#U",
            r"[42,42,42,42,42,255,255,255,5,8,8,8,233,39,233,233]",
            r"   42|42   |00042|+42| 42|ff|0xff|FF|101|10|010|0o10|é|'\\''|U+00E9|U+00E9 'é'",
        ),
        (
            r"%v|%d|%x|%+v|%030d|%T|%q",
            r"[12345678901234567890,12345678901234567890,12345678901234567890,12345678901234567890,12345678901234567890,12345678901234567890,12345678901234567890]",
            r"12345678901234567890|12345678901234567890|ab54a98ceb1f0ad2|+12345678901234567890|000000000012345678901234567890|*big.Int|%!q(big.Int=12345678901234567890)",
        ),
        (
            r"%v|%f|%.2f|%8.3f|%-8.1f|%08.2f|%e|%g|%G|%E|%+.1f|% .1f|%T",
            r"[1.5,1.5,1.555,1.5,1.5,-1.5,1500.5,1e-7,1e21,1e100,2.5,2.5,1.5]",
            r"1.5|1.500000|1.55|   1.500|1.5     |-0001.50|1.500500e+03|1e-07|1E+21|1.000000E+100|+2.5| 2.5|float64",
        ),
        (
            r"%s|%5s|%-5s|%.2s|%q|%x|%X|% x|%#x|%#v|%05s|%T|%+q|%#q",
            r#"["ab","ab","ab","abc","a\"b","hi","hi","hi","hi","ab","ab","ab","é","a`b"]"#,
            r#"ab|   ab|ab   |ab|\"a\\\"b\"|6869|6869|68 69|0x6869|\"ab\"|000ab|string|\"\\u00e9\"|\"a`b\""#,
        ),
        (r"%d %s", r#"["ab"]"#, r"%!d(string=ab) %!s(MISSING)"),
        (r"%d", r"[1.5]", r"%!d(float64=1.5)"),
        (r"%s %v", r#"[1, 2, "x", 1.0]"#, r"%!s(int=1) 2%!(EXTRA string=x, float64=1)"),
        (r"%[2]s %[1]s", r#"["a","b"]"#, r"b a"),
        (
            r"%[3]s %[x]s %[2]*d|%*d|%.*f|%*d",
            r#"["a",5,7,4,9,2,3.14159,"w",3]"#,
            r"%!s(int=7) %!s(BADINDEX)     7|   9|3.14|%!(BADWIDTH)3",
        ),
        (r"%!|%z|100%|%", r#"["a"]"#, r"%!!(string=a)|%!z(MISSING)|100%!|(MISSING)%!(NOVERB)"),
        (
            r"%5%|%-5t|%6.3d|%.0d|%+.3e|%#g|%#.3g|%x|%b",
            r"[true,7,0,12345.678,1.5,1.5,1.5,1.5]",
            r"%|%!t(string=true )|   007||+1.235e+04|1.50000|1.50|0x1.8p+00|6755399441055744p-52",
        ),
        (r"%w %p %v", r#"["a","b","c"]"#, r"%!w(string=a) %!p(string=b) c"),
        (r"%d%%", r"[5]", r"5%"),
        (r"%5d|%-8d", r#"["ab", 1.5]"#, r"%!d(string=   ab)|%!d(float64=1.5     )"),
        (r"%6.2f|%s", r"[2, 2.0]", r"%!f(int=    02)|%!s(float64=2)"),
        (r"%v %v %v", r"[1e3, 1e6, 100000.0]", r"1000 1e+06 100000"),
    ] {
        let text = read(&format!("\"{text}\"")).expect("a text");
        assert_eq!(sprintf(format, values), text.to_string(), "{format}");
    }
}

#[test]
fn numbers_in_lists_keep_their_spelling_and_alone_they_do_not() {
    assert_eq!(sprintf("%v %v", "[[1.0, 1e3], 1.0]"), r#""[1.0, 1e3] 1""#);
}

#[test]
fn numbers_that_json_cannot_hold_are_texts_where_go_cannot_read_them() {
    let number = Value::Number(Number::from_spelling("1e400"));
    assert_eq!(
        call_with("sprintf", &["%v %d".into(), vec![number.clone(), number].into()]),
        r#""1e400 %!d(string=1e400)""#
    );
}

#[test]
fn widths_are_paid_for() {
    let format = "%1000000d".repeat(64);
    let values = format!("[{}]", ["1"; 64].join(","));
    assert_eq!(sprintf(&format, &values), "needs more work or memory than a policy may use");
    assert_eq!(sprintf("%100000001d", "[1]"), r#""%!(NOVERB)%!(EXTRA int=1)""#);
}
