//! Decimal numbers as feeds write them, read exactly.

use crate::feed::column::MAX_DIGITS;

/// An integer divided by a power of ten: `mantissa / 10^scale`, without trailing zeros in the fraction.
///
/// INVARIANT (small): at most [`MAX_DIGITS`] digits before the decimal point and as many after it, so
/// that any two fit an `i128` at one scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Figure {
    /// The integer.
    pub(crate) mantissa: i128,
    /// How many of its digits stand after the decimal point.
    pub(crate) scale: u32,
}

/// Why a text is no figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotFigure {
    /// It is not written as a number.
    Shape,
    /// It has more digits than are kept.
    TooLong,
}

impl Figure {
    /// A whole number.
    pub(crate) fn whole(number: i64) -> Self {
        Self { mantissa: i128::from(number), scale: 0 }
    }

    /// Brings to the shortest fraction; `None` if too long.
    pub(crate) fn new(mut mantissa: i128, mut scale: u32) -> Option<Self> {
        while scale > 0 && mantissa.checked_rem(10) == Some(0) {
            mantissa = mantissa.checked_div(10)?;
            scale = scale.saturating_sub(1);
        }
        let limit = 10_i128.checked_pow(MAX_DIGITS.saturating_add(scale))?;
        (scale <= MAX_DIGITS && mantissa.checked_abs()? < limit).then_some(Self { mantissa, scale })
    }

    /// The figure times a whole number.
    pub(crate) fn times(self, factor: i64) -> Option<Self> {
        Self::new(self.mantissa.checked_mul(i128::from(factor))?, self.scale)
    }

    /// The figure divided by a hundred, as for a percentage.
    pub(crate) fn percent(self) -> Option<Self> {
        Self::new(self.mantissa, self.scale.saturating_add(2))
    }

    /// The figure plus another.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::new(self.at(scale)?.checked_add(other.at(scale)?)?, scale)
    }

    /// The mantissa at a scale not below its own.
    pub(crate) fn at(self, scale: u32) -> Option<i128> {
        let factor = 10_i128.checked_pow(scale.checked_sub(self.scale)?)?;
        self.mantissa.checked_mul(factor)
    }

    /// As a whole number.
    pub(crate) fn to_i64(self) -> Option<i64> {
        if self.scale == 0 { i64::try_from(self.mantissa).ok() } else { None }
    }

    /// Which of two is greater.
    pub(crate) fn cmp(self, other: Self) -> std::cmp::Ordering {
        let scale = self.scale.max(other.scale);
        // INVARIANT (small): both fit at the greater scale.
        self.at(scale).cmp(&other.at(scale))
    }

    /// Reads `-1234.50`, `5 000`, `1.5e3`; `point` is the decimal mark. Digits before it may be grouped in
    /// threes by a space (also a narrow or no-break one), or by `.` where the mark is a comma.
    pub(crate) fn parse(text: &str, point: u8) -> Result<Self, NotFigure> {
        match plain(text.as_bytes(), point) {
            Some(figure) => Ok(figure),
            None => general(text, point),
        }
    }
}

/// The usual case: at most 18 digits, a sign and a decimal mark.
fn plain(bytes: &[u8], point: u8) -> Option<Figure> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.len() > 18 || !digits.first()?.is_ascii_digit() || !digits.last()?.is_ascii_digit() {
        return None;
    }
    let mut mantissa: i64 = 0;
    let mut scale: Option<u32> = None;
    for byte in digits {
        if byte.is_ascii_digit() {
            let digit = i64::from(byte.wrapping_sub(b'0'));
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            scale = scale.map(|scale| scale.wrapping_add(1));
        } else if *byte == point && scale.is_none() {
            scale = Some(0);
        } else {
            return None;
        }
    }
    let signed = if negative { mantissa.wrapping_neg() } else { mantissa };
    Figure::new(i128::from(signed), scale.unwrap_or_default())
}

/// Signs, groups and exponents.
fn general(text: &str, point: u8) -> Result<Figure, NotFigure> {
    let (negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = match rest.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, self::exponent(exponent)?),
        None => (rest, 0),
    };
    let mark = char::from(point);
    let (whole, fraction) = match number.split_once(mark) {
        Some((_, "")) => return Err(NotFigure::Shape),
        Some((whole, fraction)) => (ungrouped(whole, point)?, fraction),
        None => (ungrouped(number, point)?, ""),
    };
    let digits = || whole.chars().chain(fraction.chars());
    if whole.is_empty() || !digits().all(|digit| digit.is_ascii_digit()) {
        return Err(NotFigure::Shape);
    }
    let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    scaled(digits(), places.saturating_sub(exponent), negative).ok_or(NotFigure::TooLong)
}

fn exponent(text: &str) -> Result<i64, NotFigure> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotFigure::Shape);
    }
    let exponent: i64 = text.parse().map_err(|_| NotFigure::TooLong)?;
    if exponent.unsigned_abs() > 64 { Err(NotFigure::TooLong) } else { Ok(exponent) }
}

/// Digits without their groups; a group is one separator and exactly three digits.
fn ungrouped(whole: &str, point: u8) -> Result<String, NotFigure> {
    let separates = |mark: char| matches!(mark, ' ' | '\u{a0}' | '\u{202f}') || (point == b',' && mark == '.');
    let mut groups = whole.split(separates);
    let mut digits = groups.next().unwrap_or_default().to_owned();
    let first = digits.len();
    for group in groups {
        if group.len() != 3 || first > 3 || first == 0 {
            return Err(NotFigure::Shape);
        }
        digits.push_str(group);
    }
    Ok(digits)
}

/// The figure of these digits, the last `places` of them after the decimal point (before it if negative).
fn scaled(digits: impl Iterator<Item = char>, places: i64, negative: bool) -> Option<Figure> {
    let mut mantissa: i128 = 0;
    let mut places = places;
    // Zeros are held back until another digit follows, so that they cannot overflow.
    let mut zeros: u32 = 0;
    for digit in digits {
        let digit = i128::from(digit.to_digit(10)?);
        if digit == 0 {
            zeros = zeros.checked_add(1)?;
            continue;
        }
        if mantissa != 0 {
            mantissa = mantissa.checked_mul(10_i128.checked_pow(zeros)?)?;
        }
        zeros = 0;
        mantissa = mantissa.checked_mul(10)?.checked_add(digit)?;
    }
    if mantissa == 0 {
        return Figure::new(0, 0);
    }
    places = places.checked_sub(i64::from(zeros))?;
    if negative {
        mantissa = mantissa.checked_neg()?;
    }
    if let Ok(scale) = u32::try_from(places) {
        Figure::new(mantissa, scale)
    } else {
        let power = u32::try_from(places.checked_neg()?).ok()?;
        Figure::new(mantissa.checked_mul(10_i128.checked_pow(power)?)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(i128, u32), NotFigure> {
        Figure::parse(text, b'.').map(|figure| (figure.mantissa, figure.scale))
    }

    #[test]
    fn numbers_are_read_exactly() {
        assert_eq!(read("227"), Ok((227, 0)));
        assert_eq!(read("-11"), Ok((-11, 0)));
        assert_eq!(read("42.00"), Ok((42, 0)));
        assert_eq!(read("0.0120"), Ok((12, 3)));
        assert_eq!(read("+5"), Ok((5, 0)));
        assert_eq!(read("5 000"), Ok((5_000, 0)));
        assert_eq!(read("1\u{202f}234\u{a0}567.5"), Ok((12_345_675, 1)));
        assert_eq!(read("1.5e3"), Ok((1_500, 0)));
        assert_eq!(read("15E-1"), Ok((15, 1)));
        assert_eq!(read("0e60"), Ok((0, 0)));
        assert_eq!(read("-0"), Ok((0, 0)));
        assert_eq!(read("170.50000000000003"), Ok((17_050_000_000_000_003, 14)));
        assert_eq!(read("999999999999999999"), Ok((999_999_999_999_999_999, 0)));
        assert_eq!(read("000000000000000000000000001"), Ok((1, 0)));
        assert_eq!(read("1.0000000000000000000000000"), Ok((1, 0)));
    }

    #[test]
    fn a_comma_is_a_decimal_mark_where_it_is_said() {
        let figure = Figure::parse("1.234,56", b',').unwrap();
        assert_eq!((figure.mantissa, figure.scale), (123_456, 2));
        assert_eq!(read("1,5"), Err(NotFigure::Shape));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".", ".5", "5.", "1.2.3", "1e", "e5", "12x", "NaN", "inf", "1 00", "1234 567", " 5", "--5", "+-5",
            "1e+-5", "٣",
        ] {
            assert_eq!(read(text), Err(NotFigure::Shape), "{text}");
        }
        for text in ["1000000000000000000", "0.0000000000000000001", "1e18", "1e99999999999999999999"] {
            assert_eq!(read(text), Err(NotFigure::TooLong), "{text}");
        }
    }

    #[test]
    fn figures_add_and_scale() {
        let half = Figure::parse("0.5", b'.').unwrap();
        assert_eq!(half.times(60), Some(Figure::whole(30)));
        assert_eq!(half.plus(half), Some(Figure::whole(1)));
        assert_eq!(Figure::whole(35).percent(), Figure::new(35, 2));
        assert_eq!(half.cmp(Figure::whole(1)), std::cmp::Ordering::Less);
        assert_eq!(half.to_i64(), None);
    }
}
