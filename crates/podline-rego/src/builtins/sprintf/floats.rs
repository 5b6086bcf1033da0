//! Doubles as text: Go's `strconv.AppendFloat`.
//!
//! Source: Go's `internal/strconv/ftoa.go`.

/// No double has more digits behind the point.
const MOST_DIGITS: usize = 1_100;

/// A finite number by a verb; without a precision by its shortest digits.
pub(super) fn write(number: f64, verb: char, precision: Option<usize>) -> String {
    match verb {
        'b' => binary(number),
        'x' | 'X' => hexadecimal(number, verb == 'X', precision),
        'f' => match precision {
            Some(precision) => {
                let digits = precision.min(MOST_DIGITS);
                let point = if digits == 0 && precision > 0 { "." } else { "" };
                format!("{number:.digits$}{point}{}", "0".repeat(precision - digits))
            }
            None => format!("{number}"),
        },
        'e' | 'E' => scientific(number, verb, precision),
        _ => general(number, if verb == 'G' { 'E' } else { 'e' }, precision),
    }
}

/// The digits and the exponent of the first.
fn digits(number: f64, precision: Option<usize>) -> (String, i32) {
    let text = match precision {
        Some(precision) => format!("{:.*e}", precision.min(MOST_DIGITS), number.abs()),
        None => format!("{:e}", number.abs()),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn sign(number: f64) -> &'static str {
    if number.is_sign_negative() { "-" } else { "" }
}

fn scientific(number: f64, verb: char, precision: Option<usize>) -> String {
    let (digits, exponent) = digits(number, precision);
    let wanted = precision.map_or(digits.len(), |precision| precision + 1);
    join(number, &digits, exponent, wanted, verb)
}

fn join(number: f64, digits: &str, exponent: i32, wanted: usize, verb: char) -> String {
    let (first, rest) = digits.split_at(digits.len().min(1));
    let rest = &rest[..rest.len().min(wanted.saturating_sub(1))];
    let zeros = "0".repeat(wanted.saturating_sub(1 + rest.len()));
    let point = if wanted > 1 { "." } else { "" };
    let minus = if exponent < 0 { '-' } else { '+' };
    format!("{}{first}{point}{rest}{zeros}{verb}{minus}{:02}", sign(number), exponent.abs())
}

fn general(number: f64, verb: char, precision: Option<usize>) -> String {
    let precision = precision.map(|precision| precision.max(1));
    let (digits, exponent) = digits(number, precision.map(|precision| precision - 1));
    let digits = digits.trim_end_matches('0');
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let wanted = precision.map_or(length, |precision| i32::try_from(precision).unwrap_or(i32::MAX));
    let point = if digits.is_empty() { 0 } else { exponent + 1 };
    let limit = match precision {
        None => 6,
        Some(_) if wanted > length && length >= point => length,
        Some(_) => wanted,
    };
    let exponent = point - 1;
    if exponent < -4 || exponent >= limit {
        let wanted = usize::try_from(wanted.min(length)).unwrap_or(1);
        let digits = if digits.is_empty() { "0" } else { digits };
        return join(number, digits, if length == 0 { 0 } else { exponent }, wanted.max(1), verb);
    }
    let wanted = if wanted > point { length } else { wanted };
    let places = usize::try_from(wanted - point).unwrap_or(0);
    let at = |place: i32| {
        usize::try_from(place)
            .ok()
            .and_then(|place| digits.as_bytes().get(place))
            .map_or('0', |digit| char::from(*digit))
    };
    let mut out = sign(number).to_owned();
    if point > 0 {
        out.extend((0..point).map(at));
    } else {
        out.push('0');
    }
    if places > 0 {
        out.push('.');
        out.extend((0..i32::try_from(places).unwrap_or(0)).map(|place| at(point + place)));
    }
    out
}

/// The bits of the mantissa, with the one before the point, and the exponent of the last.
fn parts(number: f64) -> (u64, i64) {
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// `4503599627370496p-52`
fn binary(number: f64) -> String {
    let (mantissa, exponent) = parts(number);
    format!("{}{mantissa}p{exponent:+}", sign(number))
}

/// `0x1.8p+00`
fn hexadecimal(number: f64, upper: bool, precision: Option<usize>) -> String {
    let (mut mantissa, exponent) = parts(number);
    let mut exponent = if mantissa == 0 { 0 } else { exponent + 52 };
    mantissa <<= 60 - 52;
    while mantissa != 0 && mantissa & (1 << 60) == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let shift = precision * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let first = (mantissa >> 60) & 1;
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0').to_owned(),
        Some(precision) => {
            let digits = precision.min(15);
            format!("{}{}", &fraction[..digits], "0".repeat(precision - digits))
        }
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let minus = if exponent < 0 { '-' } else { '+' };
    let text = format!("0x{first}{point}{fraction}p{minus}{:02}", exponent.abs());
    format!("{}{}", sign(number), if upper { text.to_uppercase() } else { text })
}

/// What `#` asks for: a point, and the zeros that `%g` leaves out.
pub(super) fn with_point(unsigned: &str, verb: char, precision: Option<usize>) -> String {
    let mut missing = match verb {
        'g' | 'G' | 'x' => precision.map_or(6, |precision| i64::try_from(precision).unwrap_or(i64::MAX)),
        _ => 0,
    };
    let ends = |c: char| matches!(c, 'p' | 'P') || (matches!(c, 'e' | 'E') && !matches!(verb, 'x' | 'X'));
    let end = unsigned.find(ends).unwrap_or(unsigned.len());
    let (number, tail) = unsigned.split_at(end);
    let (mut point, mut significant) = (false, false);
    for c in number.chars() {
        match c {
            '.' => point = true,
            c => {
                significant |= c != '0';
                missing -= i64::from(significant);
            }
        }
    }
    let mut out = number.to_owned();
    if !point {
        // A single 0 counts as a digit.
        missing -= i64::from(number == "0");
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', usize::try_from(missing).unwrap_or(0)));
    out + tail
}
