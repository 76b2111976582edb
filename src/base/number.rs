//! Exact ratios: the numbers of every computation. Nothing is rounded except where a sentence says so.
//!
//! A ratio is a pair of `i128` as long as it fits, and a big rational beyond, so that sums over
//! millions of events stay cheap and no operation is ever inexact or panics.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{CheckedAdd, CheckedMul, Signed, ToPrimitive};

use crate::base::decimal::Decimal;

/// An exact rational number.
///
/// INVARIANT (lowest terms): `Small` holds a numerator and a positive denominator without a common
/// factor, and `Big` only what does not fit `Small`; equal numbers therefore have equal parts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ratio(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i128, i128),
    Big(Box<BigRational>),
}

/// How a number is rounded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// To the nearest; a half goes away from zero.
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
    /// To the next step towards plus infinity.
    Upward,
    /// To the next step towards minus infinity.
    Downward,
}

impl Mode {
    /// The words of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::HalfUp => "half up",
            Self::HalfEven => "half even",
            Self::Upward => "upward",
            Self::Downward => "downward",
        }
    }

    /// Whether a number goes to the step above it and not to that below: `even` says of the step below whether it is an
    /// even one, `exact` whether it is the number itself, `half` how what is above it compares with half a step.
    fn is_up(self, positive: bool, even: bool, exact: bool, half: Ordering) -> bool {
        match self {
            Self::Downward => false,
            Self::Upward => !exact,
            Self::HalfUp | Self::HalfEven => match half {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => (self == Self::HalfUp && positive) || (self == Self::HalfEven && !even),
            },
        }
    }
}

/// A mode and the step to round to: 0.01, 0.05, 1, 100.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rounding {
    /// The mode.
    pub mode: Mode,
    /// The step; a step of zero leaves the number as it is.
    pub step: Ratio,
}

/// Why a text is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberError {
    /// It holds something that is not part of a number.
    #[error("this is not a number: digits, grouped by single spaces if at all, and a point before decimals")]
    Malformed,
    /// It has more than 38 digits.
    #[error("a number has at most 38 digits")]
    TooLong,
}

impl Default for Ratio {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ratio {
    /// 0
    pub const ZERO: Self = Self(Repr::Small(0, 1));
    /// 1
    pub const ONE: Self = Self(Repr::Small(1, 1));

    /// A whole number.
    #[must_use]
    pub fn int(number: i64) -> Self {
        Self(Repr::Small(i128::from(number), 1))
    }

    /// A whole number.
    #[must_use]
    pub fn big(number: i128) -> Self {
        Self(Repr::Small(number, 1))
    }

    /// `numerator / denominator`; `None` for a zero denominator.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator {
            0 => None,
            1 => Some(Self::big(numerator)),
            _ => Some(Self::reduced(numerator, denominator)),
        }
    }

    /// `mantissa / 10^scale`.
    #[must_use]
    pub fn scaled(mantissa: i128, scale: u32) -> Self {
        match 10_i128.checked_pow(scale) {
            Some(1) => Self::big(mantissa),
            Some(power) => Self::reduced(mantissa, power),
            None => Self::of_big(BigRational::new(BigInt::from(mantissa), BigInt::from(10).pow(scale))),
        }
    }

    /// Reads `-1234.50`, `5 000`, `0.0120`.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) =
            digits.split_once('.').map_or((digits, None), |(whole, decimals)| (whole, Some(decimals)));
        let whole = ungrouped(whole).ok_or(NumberError::Malformed)?;
        let decimals = decimals.unwrap_or("");
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(&whole) || !plain(decimals) || digits.ends_with('.') {
            return Err(NumberError::Malformed);
        }
        let all = format!("{}{decimals}", whole.trim_start_matches('0'));
        if all.len() > 38 {
            return Err(NumberError::TooLong);
        }
        let mantissa: i128 = if all.is_empty() { 0 } else { all.parse().map_err(|_| NumberError::TooLong)? };
        let scale = u32::try_from(decimals.len()).map_err(|_| NumberError::TooLong)?;
        let number = Self::scaled(mantissa, scale);
        Ok(if negative { number.negated() } else { number })
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        if numerator == i128::MIN || denominator == i128::MIN {
            return Self::of_big(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)));
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).unwrap_or(1).max(1);
        let divisor = if denominator < 0 { divisor.wrapping_neg() } else { divisor };
        Self(Repr::Small(numerator.checked_div(divisor).unwrap_or(0), denominator.checked_div(divisor).unwrap_or(1)))
    }

    fn of_big(number: BigRational) -> Self {
        match (number.numer().to_i128(), number.denom().to_i128()) {
            (Some(numerator), Some(denominator)) => Self(Repr::Small(numerator, denominator)),
            _ => Self(Repr::Big(Box::new(number))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small(numerator, denominator) => {
                BigRational::new_raw(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Repr::Big(number) => (**number).clone(),
        }
    }

    fn small(&self, other: &Self) -> Option<(i128, i128, i128, i128)> {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => Some((*a, *b, *c, *d)),
            (Repr::Small(..) | Repr::Big(_), _) => None,
        }
    }

    /// `self + other`
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.small(other)
            .and_then(|(a, b, c, d)| {
                if b == d {
                    let sum = a.checked_add(c)?;
                    return if b == 1 { Some(Self::big(sum)) } else { Self::new(sum, b) };
                }
                let sum = product(a, d)?.checked_add(product(c, b)?)?;
                Self::new(sum, product(b, d)?)
            })
            .unwrap_or_else(|| Self::of_big(self.to_big().checked_add(&other.to_big()).unwrap_or_default()))
    }

    /// `self - other`
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// `self × other`
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.small(other)
            .and_then(|(a, b, c, d)| Self::new(product(a, c)?, product(b, d)?))
            .unwrap_or_else(|| Self::of_big(self.to_big().checked_mul(&other.to_big()).unwrap_or_default()))
    }

    /// `self / other`; `None` where `other` is zero.
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let small = self.small(other).and_then(|(a, b, c, d)| Self::new(product(a, d)?, product(b, c)?));
        Some(small.unwrap_or_else(|| self.times(&Self::of_big(other.to_big().recip()))))
    }

    /// `-self`
    #[must_use]
    pub fn negated(&self) -> Self {
        match &self.0 {
            Repr::Small(numerator, denominator) => match numerator.checked_neg() {
                Some(negated) => Self(Repr::Small(negated, *denominator)),
                None => self.times(&Self::int(-1)),
            },
            Repr::Big(number) => Self::of_big(std::ops::Neg::neg((**number).clone())),
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _))
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(numerator, _) => *numerator < 0,
            Repr::Big(number) => number.is_negative(),
        }
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, denominator) => *denominator == 1,
            Repr::Big(number) => number.is_integer(),
        }
    }

    /// The greatest whole number that is not above.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Small(numerator, denominator) => Self::big(numerator.div_floor(denominator)),
            Repr::Big(number) => Self::of_big(number.floor()),
        }
    }

    /// The least whole number that is not below.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.negated().floor().negated()
    }

    /// The number if it is whole and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(numerator, 1) => i64::try_from(*numerator).ok(),
            Repr::Small(..) | Repr::Big(_) => None,
        }
    }

    /// Numerator and denominator, where both fit.
    #[must_use]
    pub fn parts(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Repr::Small(numerator, denominator) => Some((*numerator, *denominator)),
            Repr::Big(_) => None,
        }
    }

    /// The least number of parts of one, a multiple of `parts`, of which this number is so many whole ones; `None` where
    /// it does not fit.
    #[must_use]
    pub fn common_parts(&self, parts: i128) -> Option<i128> {
        let (_, denominator) = self.parts()?;
        denominator.checked_div(denominator.gcd(&parts))?.checked_mul(parts)
    }

    /// The size in bits of the longer part: what grows beyond all sense is held by the evaluator.
    #[must_use]
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Repr::Small(..) => 128,
            Repr::Big(number) => number.numer().bits().max(number.denom().bits()),
        }
    }

    /// Rounded to a multiple of the step.
    #[must_use]
    pub fn rounded(&self, how: &Rounding) -> Self {
        self.small_rounded(how).unwrap_or_else(|| self.big_rounded(how))
    }

    /// In integers alone; `None` where they do not fit, or the step is none.
    fn small_rounded(&self, how: &Rounding) -> Option<Self> {
        let (a, b, c, d) = self.small(&how.step)?;
        let (dividend, divisor) = (product(a, d)?, product(b, c)?);
        if divisor <= 0 {
            return None;
        }
        let (below, rest) = dividend.div_mod_floor(&divisor);
        let up = how.mode.is_up(dividend >= 0, below.is_even(), rest == 0, rest.checked_mul(2)?.cmp(&divisor));
        Self::new(product(below.checked_add(i128::from(up))?, c)?, d)
    }

    /// The same for numbers of any size.
    fn big_rounded(&self, how: &Rounding) -> Self {
        let Some(steps) = self.over(&how.step) else {
            return self.clone();
        };
        let below = steps.floor();
        let rest = steps.minus(&below);
        let half = rest.times(&Self::int(2)).cmp(&Self::ONE);
        let up = how.mode.is_up(!steps.is_negative(), below.is_even(), rest.is_zero(), half);
        let whole = if up { below.plus(&Self::ONE) } else { below };
        whole.times(&how.step)
    }

    fn is_even(&self) -> bool {
        match &self.0 {
            Repr::Small(numerator, _) => numerator.is_even(),
            Repr::Big(number) => number.numer().is_even(),
        }
    }

    /// The decimal that it is exactly, if it is one of at most 28 digits.
    #[must_use]
    pub fn exact_decimal(&self) -> Option<Decimal> {
        Decimal::exact(self)
    }

    /// As decimal digits: at least `min_places` behind the point; exact where that takes at most
    /// `max_places`, otherwise cut to `max_places` (half up) behind a leading `≈ `.
    #[must_use]
    pub fn decimal_text(&self, min_places: u32, max_places: u32) -> String {
        let (digits, is_exact) = self.small_digits(max_places).unwrap_or_else(|| self.big_digits(max_places));
        let sign = if self.is_negative() && digits.bytes().any(|digit| digit != b'0') { "-" } else { "" };
        let about = if is_exact { "" } else { "≈ " };
        let digits = format!("{digits:0>width$}", width = (max_places as usize).saturating_add(1));
        let (whole, decimals) =
            digits.split_at_checked(digits.len().saturating_sub(max_places as usize)).unwrap_or((&digits, ""));
        let shown = decimals.trim_end_matches('0').len().max(min_places as usize);
        let decimals = decimals.get(..shown).unwrap_or(decimals);
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{about}{sign}{whole}{point}{decimals}")
    }

    /// Its size in units of the last of some places, half up, and whether that is exact; `None` where it does not fit.
    fn small_digits(&self, places: u32) -> Option<(String, bool)> {
        let Repr::Small(numerator, denominator) = &self.0 else { return None };
        let scaled = numerator.checked_abs()?.checked_mul(10_i128.checked_pow(places)?)?;
        let (whole, rest) = (scaled.checked_div(*denominator)?, scaled.checked_rem(*denominator)?);
        let up = i128::from(rest.checked_mul(2)? >= *denominator);
        Some((whole.checked_add(up)?.to_string(), rest == 0))
    }

    /// The same for a number of any size.
    fn big_digits(&self, places: u32) -> (String, bool) {
        let cut = self.rounded(&Rounding { mode: Mode::HalfUp, step: Self::scaled(1, places) });
        let digits = cut.abs().times(&Self::of_big(BigRational::from_integer(BigInt::from(10).pow(places))));
        let text = match &digits.0 {
            Repr::Small(numerator, _) => numerator.to_string(),
            Repr::Big(number) => number.numer().to_string(),
        };
        (text, cut == *self)
    }

    /// How many digits behind the point make it exact; `None` where no finite number does.
    fn decimals(&self) -> Option<u32> {
        let (_, mut rest) = self.parts()?;
        let (mut twos, mut fives) = (0_u32, 0_u32);
        while rest.is_even() {
            rest = rest.checked_div(2)?;
            twos = twos.saturating_add(1);
        }
        while rest.is_multiple_of(&5) {
            rest = rest.checked_div(5)?;
            fives = fives.saturating_add(1);
        }
        (rest == 1).then_some(twos.max(fives))
    }
}

/// Digits without their group separators; `None` where a group is not three digits long.
fn ungrouped(whole: &str) -> Option<String> {
    let separator = |letter: char| matches!(letter, ' ' | '\u{a0}' | '\u{202f}');
    if !whole.contains(separator) {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let regular = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    regular.then(|| whole.chars().filter(|letter| !separator(*letter)).collect())
}

/// `a × b`, without a search for overflow where both are short.
#[inline]
fn product(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a).wrapping_mul(i128::from(b))),
        _ => a.checked_mul(b),
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        return u128::from(a.gcd(&b));
    }
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    a
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let small = self.small(other).and_then(|(a, b, c, d)| {
            if b == d {
                return Some(a.cmp(&c));
            }
            Some(product(a, d)?.cmp(&product(c, b)?))
        });
        small.unwrap_or_else(|| self.to_big().cmp(&other.to_big()))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Ratio {
    /// The exact decimal where there is one, `n/d` otherwise.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.decimals()) {
            (_, Some(places)) if places <= 38 => out.write_str(&self.decimal_text(0, places)),
            (Repr::Small(numerator, denominator), _) => write!(out, "{numerator}/{denominator}"),
            (Repr::Big(number), _) => write!(out, "{number}"),
        }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl From<i64> for Ratio {
    fn from(number: i64) -> Self {
        Self::int(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Ratio {
        Ratio::parse(text).unwrap()
    }

    fn to_step(text: &str, mode: Mode, step: &str) -> String {
        let how = Rounding { mode, step: number(step) };
        number(text).rounded(&how).to_string()
    }

    #[test]
    fn digits_of_small_and_of_great_numbers_are_the_same() {
        for numerator in [0, 1, -1, 5, 999, -12_345, 1_000_000] {
            for denominator in [1, 2, 3, 7, 8, 1000] {
                let number = Ratio::new(numerator, denominator).unwrap();
                for places in [0, 1, 2, 6] {
                    assert_eq!(number.small_digits(places), Some(number.big_digits(places)), "{number:?} {places}");
                }
            }
        }
    }

    #[test]
    fn small_numbers_are_rounded_as_great_ones() {
        let steps = ["0.01", "0.05", "1", "100", "0.3"];
        for numerator in [0, 1, -1, 5, -5, 15, 25, -25, 999, -12_345, 1_000_005] {
            for denominator in [1, 2, 3, 7, 8, 200, 1000] {
                let number = Ratio::new(numerator, denominator).unwrap();
                for mode in [Mode::HalfUp, Mode::HalfEven, Mode::Upward, Mode::Downward] {
                    for step in steps.map(|step| Ratio::parse(step).unwrap()) {
                        let how = Rounding { mode, step };
                        assert_eq!(number.small_rounded(&how), Some(number.big_rounded(&how)), "{number:?} {how:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn reads_and_writes_decimals() {
        for text in ["0", "-1234.5", "0.012", "5000", "99999999999999999999999999999999999999"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("5 000"), Ratio::int(5000));
        assert_eq!(number("1\u{202f}234\u{a0}567.80"), number("1234567.8"));
        for text in ["", ".", "5.", "1 00", "1,5", "1e3", "- 1", "12 34", "1 0000"] {
            assert_eq!(Ratio::parse(text), Err(NumberError::Malformed), "{text:?}");
        }
        assert_eq!(Ratio::parse(&"9".repeat(39)), Err(NumberError::TooLong));
    }

    #[test]
    fn rounds_by_each_mode() {
        assert_eq!(to_step("10.005", Mode::HalfUp, "0.01"), "10.01");
        assert_eq!(to_step("-10.005", Mode::HalfUp, "0.01"), "-10.01");
        assert_eq!(to_step("10.005", Mode::HalfEven, "0.01"), "10");
        assert_eq!(to_step("10.015", Mode::HalfEven, "0.01"), "10.02");
        assert_eq!(to_step("1.0701", Mode::Upward, "0.001"), "1.071");
        assert_eq!(to_step("-1.0701", Mode::Upward, "0.001"), "-1.07");
        assert_eq!(to_step("-1.0701", Mode::Downward, "0.001"), "-1.071");
        assert_eq!(to_step("12.34", Mode::HalfUp, "0.05"), "12.35");
        assert_eq!(to_step("1250", Mode::HalfEven, "100"), "1200");
    }

    #[test]
    fn a_third_is_written_as_it_is_or_marked() {
        let third = Ratio::new(1, 3).unwrap();
        assert_eq!(third.to_string(), "1/3");
        assert_eq!(third.decimal_text(2, 6), "≈ 0.333333");
        assert_eq!(number("-2.5").decimal_text(2, 6), "-2.50");
        assert_eq!(number("-0.004").decimal_text(0, 2), "≈ 0");
        assert_eq!(number("-0.005").decimal_text(0, 2), "≈ -0.01");
        assert_eq!(number("1200").decimal_text(0, 0), "1200");
        assert_eq!(number("0").decimal_text(2, 6), "0.00");
        assert_eq!(third.exact_decimal(), None);
    }

    #[test]
    fn nothing_is_lost_beyond_128_bits() {
        let huge = Ratio::big(i128::MAX);
        let squared = huge.times(&huge);
        assert_eq!(squared.over(&huge), Some(huge.clone()));
        assert_eq!(squared.minus(&squared), Ratio::ZERO);
        let min = Ratio::big(i128::MIN);
        assert_eq!(min.negated().negated(), min);
        assert!(min.negated() > huge);
        assert_eq!(squared.plus(&Ratio::new(1, 2).unwrap()).floor(), squared);
    }

    proptest! {
        /// Small and big representations obey the same laws.
        #[test]
        fn laws(a: i128, b in 1..i128::MAX, c: i128, d in 1..i128::MAX) {
            let (x, y) = (Ratio::new(a, b).unwrap(), Ratio::new(c, d).unwrap());
            prop_assert_eq!(x.plus(&y), y.plus(&x));
            prop_assert_eq!(x.plus(&y).minus(&y), x.clone());
            prop_assert_eq!(x.times(&y), y.times(&x));
            if let Some(quotient) = x.over(&y) {
                prop_assert_eq!(quotient.times(&y), x.clone());
            }
            prop_assert_eq!(x.cmp(&y), x.minus(&y).cmp(&Ratio::ZERO));
            let floor = x.floor();
            prop_assert!(floor <= x && x < floor.plus(&Ratio::ONE));
        }
    }
}
