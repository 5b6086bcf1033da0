//! Whatever operands a call has, it ends soon, and nothing panics.

use std::time::{Duration, Instant};

use podline_rego::builtins::all;
use podline_rego::{Budget, Context, Host, Number, Patterns, Value};

/// Texts that built-ins read in one way or another, whole and broken.
const TEXTS: &[&str] = &[
    "",
    "a",
    "é",
    "𝄞x",
    "%",
    "%s",
    "%[1]*.*[3]d",
    "%999999s",
    "[",
    "(",
    "{",
    "{a,",
    "[^",
    "[a-",
    "\\",
    "a**",
    "(?P<a>",
    "a{1000}",
    "\\pN",
    "10.0.0.0/8",
    "::/0",
    "::ffff:1.2.3.4/128",
    "1.2.3.4",
    "1e400",
    "0x1p-2000",
    "-0",
    "1Ki",
    "e",
    "1e999999",
    "v1.2.3-a.b",
    "2006-01-02",
    "MST",
    "GMT+99",
    "1d1y",
    "a.b.c",
    "eyJhbGciOiJIUzI1NiJ9.e30.",
    "{\"a\":",
    "[[[[",
    "\"\\ud800\"",
    "a/b/~1/-",
    "/",
    "-1",
    "99999999999999999999",
    "{{",
    "{{.a}}",
    "{{range .}}{{end}}",
    "{{if",
    "-----BEGIN",
    "MA==",
    "http://[::1",
    "http://%",
    "urn:uuid:",
    "%zz",
    "zz",
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "ffffffff-ffff-2fff-ffff-ffffffffffff",
    "\0",
    "\u{fffd}",
    "\u{2028}",
    "UTC",
    "Europe/Berlin",
    "../x",
];

/// Numbers at the edges of what can be computed with.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "16",
    "1.0",
    "0.1",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "0x1p4",
    "+1",
    ".5",
    "12345678901234567890.5",
];

/// Values at the edges of what there is.
fn pool() -> Vec<Value> {
    let mut pool: Vec<Value> = TEXTS.iter().map(|text| Value::from(*text)).collect();
    pool.extend(NUMBERS.iter().map(|number| Value::Number(Number::from_spelling(number))));
    pool.push(Value::from("x".repeat(5_000)));
    pool.extend([Value::Null, true.into(), false.into()]);
    // Lists, sets and objects of these, and of these again.
    for _ in 0..2 {
        let some: Vec<Value> = pool.iter().step_by(3).cloned().collect();
        for items in some.chunks(4) {
            pool.push(items.to_vec().into());
            pool.push(Value::set(items.iter().cloned()));
            pool.push(Value::object(
                items.iter().zip(items.iter().rev()).map(|(key, value)| (key.clone(), value.clone())),
            ));
        }
    }
    for name in ["op", "path", "type", "items", "$ref", "secret", "kty", "alg", "indent", "a"] {
        let values = ["add", "a/0", "#", "array", "oct", "HS256", "move"].map(Value::from);
        pool.extend(values.map(|value| {
            Value::object([(name.into(), value.clone()), ("path".into(), value.clone()), ("value".into(), value)])
        }));
    }
    // Little memory of great weight.
    let mut heavy = Value::from(vec![1i64.into()]);
    for _ in 0..40 {
        heavy = vec![heavy.clone(), heavy].into();
    }
    pool.push(heavy);
    pool
}

#[test]
fn no_operands_make_a_built_in_panic_or_take_long() {
    let pool = pool();
    let (host, patterns) = (Host::default(), Patterns::default());
    let mut seed = 7u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    for builtin in all() {
        let arity = builtin.signature().arguments.len();
        for _ in 0..400 {
            let places: Vec<usize> = (0..arity).map(|_| next(pool.len())).collect();
            let operands: Vec<Value> = places.iter().map(|place| pool[*place].clone()).collect();
            let budget = Budget::new(50_000, 4 << 20);
            let started = Instant::now();
            let _ = builtin.call(&operands, &Context::new(&budget, &host, &patterns));
            assert!(started.elapsed() < Duration::from_secs(2), "{} with {places:?} of the pool", builtin.name);
        }
        let _ = builtin.call(&[], &Context::new(&Budget::default(), &host, &patterns));
    }
}
