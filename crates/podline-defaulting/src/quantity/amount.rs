//! Decimal numbers of any size.

use std::cmp::Ordering;

/// Numbers that lie further apart than this many digits are not added: the larger one stands for the sum.
const FAR: i64 = 4096;

/// `digits × 10^scale`, without a sign. No digit stands for zero; the first digit is not 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub digits: Vec<u8>,
    pub scale: i64,
}

impl Amount {
    /// Drops what lies below `10^scale`, upwards.
    pub fn round_up(&mut self, scale: i64) {
        if self.scale >= scale || self.digits.is_empty() {
            return;
        }
        let drop = usize::try_from(scale.saturating_sub(self.scale)).unwrap_or(usize::MAX);
        let keep = self.digits.len().saturating_sub(drop);
        let is_exact = self.digits[keep..].iter().all(|digit| *digit == 0);
        self.digits.truncate(keep);
        self.scale = scale;
        if !is_exact {
            self.increment();
        }
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
    }

    pub fn multiply(&mut self, factor: u32) {
        let mut carry = 0;
        for digit in self.digits.iter_mut().rev() {
            let product = u32::from(*digit) * factor + carry;
            *digit = low_digit(product);
            carry = product / 10;
        }
        while carry > 0 {
            self.digits.insert(0, low_digit(carry));
            carry /= 10;
        }
    }

    /// The digits and the exponent, a multiple of three, with no more zeros at the end than that needs.
    pub fn in_thousands(&self) -> (Vec<u8>, i64) {
        let mut digits = self.digits.clone();
        let mut exponent = self.scale;
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        while exponent % 3 != 0 {
            digits.push(0);
            exponent -= 1;
        }
        (digits, exponent)
    }

    /// A whole number as another one and the power of 1024 that it is multiplied by.
    pub fn split_1024(&self) -> (Vec<u8>, usize) {
        let zeros = usize::try_from(self.scale.clamp(0, FAR)).unwrap_or_default();
        let mut digits = self.digits.clone();
        digits.extend(std::iter::repeat_n(0, zeros));
        let mut power = 0;
        loop {
            let mut rest = 0;
            let mut quotient = Vec::with_capacity(digits.len());
            for digit in &digits {
                let value = rest * 10 + u32::from(*digit);
                quotient.push(low_digit(value / 1024));
                rest = value % 1024;
            }
            if rest != 0 || digits.is_empty() {
                return (digits, power);
            }
            let start = quotient.iter().position(|digit| *digit != 0).unwrap_or(quotient.len());
            digits = quotient.split_off(start);
            power += 1;
        }
    }

    /// The power of ten of the first digit, plus one.
    fn magnitude(&self) -> i64 {
        self.scale.saturating_add(i64::try_from(self.digits.len()).unwrap_or(i64::MAX))
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let length = self.digits.len().max(other.digits.len());
            let digit = |amount: &Self, at: usize| amount.digits.get(at).copied().unwrap_or_default();
            (0..length).map(|at| digit(self, at).cmp(&digit(other, at))).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        })
    }

    pub fn add(&self, other: &Self) -> Self {
        let scale = self.scale.min(other.scale);
        if self.scale.max(other.scale).saturating_sub(scale) > FAR {
            return if self.compare(other) == Ordering::Less { other.clone() } else { self.clone() };
        }
        let aligned = |amount: &Self| {
            let zeros = usize::try_from(amount.scale - scale).unwrap_or_default();
            let zeros = std::iter::repeat_n(0, zeros);
            zeros.chain(amount.digits.iter().rev().copied()).collect::<Vec<u8>>()
        };
        let (left, right) = (aligned(self), aligned(other));
        let mut digits = Vec::with_capacity(left.len().max(right.len()) + 1);
        let mut carry = 0;
        for at in 0..left.len().max(right.len()) {
            let sum = left.get(at).unwrap_or(&0) + right.get(at).unwrap_or(&0) + carry;
            digits.push(sum % 10);
            carry = sum / 10;
        }
        if carry > 0 {
            digits.push(carry);
        }
        digits.reverse();
        Self { digits, scale }
    }
}

fn low_digit(value: u32) -> u8 {
    u8::try_from(value % 10).unwrap_or_default()
}
