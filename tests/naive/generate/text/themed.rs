//! The sentences of the themes.

use super::super::themes::Theme;
use super::super::{Frame, Piece, Random};
use super::{Measure, Of, Writer};

/// The pieces of a contract about one construct.
pub(in super::super) fn themed(random: &mut Random, frame: &Frame, theme: Theme) -> Vec<Piece> {
    let mut writer = Writer::new(random, frame);
    match theme {
        Theme::Ranks => (0..2).for_each(|_| writer.rank_of_days()),
        Theme::Equals if writer.random.one_in(3) => writer.three_meet(),
        Theme::Equals => writer.meeting(true),
        Theme::CarriedOver => writer.cap_that_carries(),
        Theme::Percentiles => (0..2).for_each(|_| writer.percentile()),
        Theme::Chained => writer.chained(frame),
        Theme::HeldValues => writer.held_values(frame),
        Theme::GrowingCaps => writer.cap_that_grows(),
        Theme::AmendedCaps => {
            let text = "on inspected, customer pays repair_cost per pump, at most 90.00 EUR";
            writer.clause_of("on an event: a field", "customer", "price", text);
            if writer.random.one_in(2) {
                writer.rolling_cap_that_is_replaced(frame);
            } else {
                writer.amended_as(frame, 7);
            }
        }
        Theme::AmendedDeposits => {
            let which = if writer.random.one_in(3) { 13 } else { 8 };
            writer.amended_as(frame, which);
        }
        Theme::AmendedMeetings => {
            let which = 9 + writer.random.below(5);
            writer.amended_as(frame, if which == 13 { 14 } else { which });
        }
        Theme::RecordsBegin => {
            (0..2).for_each(|_| writer.what_lasts());
            let kept = writer.random.one_in(2);
            if kept {
                writer.kept_by_what_happened(frame);
            }
            if !kept && writer.random.one_in(2) {
                let which = writer.random.below(7);
                writer.amended_as(frame, if which == 6 { 14 } else { which });
            }
        }
        Theme::Names => {}
    }
    if writer.random.one_in(3) {
        writer.clause();
    }
    writer.pieces
}

impl Writer<'_> {
    fn rank_of_days(&mut self) {
        let days = self.random.pick(&["7", "30", "90"]);
        let again = self.random.pick(&["", " counted again", " used up once credited"]);
        let group = self.random.pick(&["pump", "site", "customer"]);
        let (money, rank) = (self.money(), self.random.between(2, 3));
        let body = if again.is_empty() {
            format!(
                "on failed, customer pays {money} per pump times by rank of failed per {group} per rolling {days} days {{ up to 1 : 1  up to 2 : 1.5  above : 2.25 }}"
            )
        } else {
            format!(
                "on failed where rank of failed per {group} per rolling {days} days{again} is at least {rank}, customer pays {money} per pump"
            )
        };
        let feature = if again.contains("used") { "rank: used up" } else { "rank" };
        self.clause_of(feature, "customer", "fee", &body);
    }

    /// A clause or number about what can have begun before the records do.
    fn what_lasts(&mut self) {
        let money = self.money();
        let days = self.random.day_count();
        match self.random.below(6) {
            0 => {
                let text = format!("customer pays {money} per pump per day while in_service and not down, {days}");
                self.clause_of("rate for time: days", "customer", "price", &text);
            }
            1 => {
                let text = format!("provider pays {money} per pump per hour commenced while down");
                self.clause_of("rate for time: hours", "provider", "fee", &text);
            }
            2 => {
                let number = self.clauses.len() + 1;
                let text = format!(
                    "clause {number} \"C{number}\" {{\n    obligation duty_{number} : provider must have pump collected within 3 days of return_requested\n        first day not counted\n    provider pays {money} per pump per day commenced for lateness of duty_{number} as indemnity\n}}"
                );
                self.push("obligation: with a payment", text);
                self.clauses.push((number, "provider", "indemnity"));
            }
            3 => self.deposits(),
            _ => {
                self.measure();
                let (feature, body) =
                    if self.random.one_in(2) { self.for_number("customer") } else { self.when("customer") };
                if !body.is_empty() {
                    self.clause_of(feature, "customer", "fee", &body);
                }
            }
        }
    }

    /// A clause that assets keep by what may have happened before the records begin.
    fn kept_by_what_happened(&mut self, frame: &Frame) {
        let number = self.clauses.len() + 1;
        let first = frame.term.0;
        let day = first.as_month().plus(self.random.between(1, 5)).first();
        let before = day.plus_days(-i32::try_from(self.random.between(0, 20)).unwrap_or(0));
        let kind = self.random.pick(&["installed", "installed", "return_requested"]);
        let mut text = || format!("on failed, provider pays {} per pump as fee", self.money());
        let (one, two) = (text(), text());
        let text = format!(
            "clause {number} \"C{number}\" {{ {one} }}\namendment 1 to N-1 signed {first}, in force from {day} {{\n    replace clause {number} \"C{number}\" {{ {two} }}\n    pump with {kind} before {before} keeps clause {number}\n}}"
        );
        self.push("amended: an event", text);
        self.clauses.push((number, "provider", "fee"));
    }

    /// A rolling cap that is used up on both sides of the day on which another amount takes its place.
    fn rolling_cap_that_is_replaced(&mut self, frame: &Frame) {
        let number = self.clauses.len() + 1;
        let months = self.random.pick(&["6 months", "12 months", "12 months"]);
        let mut text = || {
            let amount = self.random.pick(&["60.00", "90.00", "120.00", "150.00", "200.00"]);
            format!("customer owes at most {amount} EUR per rolling {months}, under clause 1")
        };
        let (one, two) = (text(), text());
        let (first, later) = (frame.term.0, self.random.between(2, 6));
        let day = first.as_month().plus(later).first();
        let text = format!(
            "clause {number} \"C{number}\" {{ {one} }}\namendment 1 to N-1 signed {first}, in force from {day} {{ replace clause {number} \"C{number}\" {{ {two} }} }}"
        );
        self.push("amended: a limit", text);
        self.clauses.push((number, "limit", "indemnity"));
    }

    /// A cap of which something is left in most windows, and too little there in others.
    fn cap_that_carries(&mut self) {
        self.clause_of(
            "on an event: a field",
            "customer",
            "price",
            "on inspected, customer pays repair_cost per pump, at most 90.00 EUR",
        );
        let number = self.clauses.len() + 1;
        let (word, window) = if self.whole_months {
            ("month", self.random.pick(&["month", "month", "calendar month"]))
        } else {
            ("month", "calendar month")
        };
        let group = self.random.pick(&["", " per pump", " per pump"]);
        let cut = if self.whole_months { "" } else { self.random.pick(&["prorated by day, ", "in full, "]) };
        let carry = match self.random.below(4) {
            0 => "until it is used".to_owned(),
            1 => format!("to the next {word} only, used last"),
            _ => format!("to the next {word} only, used first"),
        };
        let amount = self.random.pick(&["30.00 EUR", "50.00 EUR", "50.00 EUR", "80.00 EUR"]);
        let text = format!(
            "customer owes at most {amount}{group} per {window}, {cut}unused is carried over {carry}, under clause 1"
        );
        self.push("cap: carried over", format!("clause {number} \"C{number}\" {{ {text} }}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    /// A cap that is a part of what is charged in a window of several settlements.
    fn cap_that_grows(&mut self) {
        let text = "on inspected, customer pays repair_cost per pump, at most 90.00 EUR";
        self.clause_of("on an event: a field", "customer", "price", text);
        let month = if self.whole_months { "month" } else { "calendar month" };
        self.clause_of("each window", "customer", "fee", &format!("each {month}, customer pays 100.00 EUR"));
        let window = if self.whole_months {
            self.random.pick(&["quarter", "year"])
        } else {
            self.random.pick(&["calendar quarter", "contract year"])
        };
        let word = window.rsplit(' ').next().unwrap_or(window);
        let which = match self.random.below(4) {
            0 => "of the amount so far".to_owned(),
            1 => format!("of the previous {word}, in the first {word} of the expected {word}"),
            _ => format!("of the expected {word}"),
        };
        let number = self.clauses.len() + 1;
        let percent = self.random.pick(&["12.5", "20", "40"]);
        let text =
            format!("customer owes at most {percent}% of clause 2 as charged per {window}, {which}, under clause 1");
        self.push("cap: of the expected window", format!("clause {number} \"C{number}\" {{ {text} }}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    fn percentile(&mut self) {
        let name = format!("number_{}", self.measures.len());
        let window = if self.whole_months {
            self.random.pick(&["month", "quarter", "year", "term"])
        } else {
            self.random.pick(&["calendar month", "calendar quarter", "contract year", "term"])
        };
        let groups = self.random.pick(&["", "", " per pump", " per site"]);
        let text = format!(
            "define {name}{groups} per {window} = {} percentile of serviced.score, {}, empty : nothing due",
            self.random.pick(&["95th", "90th", "50th", "12.5th", "66.7th"]),
            self.random.pick(&["nearest rank", "nearest rank", "interpolated"])
        );
        self.push("percentile", text);
        self.measures.push(Measure { name, window, groups, of: Of::Number });
        let (feature, body) = if self.random.one_in(2) { self.by_bands("provider") } else { self.when("provider") };
        self.clause_of(feature, "provider", "fee", &body);
    }

    /// Amounts of many units that are raised step by step.
    fn chained(&mut self, frame: &Frame) {
        self.push("index", "index labour_cost \"labour_cost\" monthly".to_owned());
        self.push("index", "index cpi \"cpi\" quarterly".to_owned());
        self.push("index", "index steel \"steel\" monthly".to_owned());
        let month = frame.term.0.as_month().next();
        let how = self.random.pick(&[
            "chained on amounts rounded to 0.01 half up",
            "chained on amounts rounded to 0.01 half up",
            "chained on amounts rounded to 0.05 upward",
            "chained on rounded amounts",
            "chained on exact amounts",
        ]);
        let (coefficient, values) = match self.random.below(2) {
            0 => ("1.0137", ""),
            _ => (
                "labour_cost[revision - 6 months] / labour_cost[revision - 9 months]",
                "\n    provisional : settle then correct\n    missing : hold last value",
            ),
        };
        let revised = match self.random.below(2) {
            0 => "revised each month".to_owned(),
            _ => format!("revised every 2 months from {}", month.first()),
        };
        let text = format!(
            "indexation coefficient_0 {{\n    coefficient {coefficient}\n    not rounded\n    {revised}\n    {how}\n    may fall{values}\n}}"
        );
        self.push("indexation: chained", text);
        self.indexations.push("coefficient_0".to_owned());
        let number = self.clauses.len() + 1;
        if self.random.one_in(3) {
            let month = if self.whole_months { "month" } else { "calendar month" };
            self.push("total", format!("define costs per {month} = total of inspected.repair_cost"));
            let text = format!(
                "clause {number} \"C{number}\" {{ customer pays 12.5% for costs indexed by coefficient_0 as price }}"
            );
            self.push("rate for a number: money", text);
            self.clauses.push((number, "customer", "price"));
            return;
        }
        let days = self.random.day_count();
        let amount = self.random.pick(&["0.37 EUR", "1.113 EUR", "12.45 EUR"]);
        let text = format!(
            "clause {number} \"C{number}\" {{ customer pays {amount} per pump per day while in_service, {days} indexed by coefficient_0 as price }}"
        );
        self.push("rate for time: days", text);
        self.clauses.push((number, "customer", "price"));
    }

    /// A value that stands for later ones, as long as it may.
    fn held_values(&mut self, frame: &Frame) {
        self.push("index", "index labour_cost \"labour_cost\" monthly".to_owned());
        self.push("index", "index cpi \"cpi\" quarterly".to_owned());
        let base = frame.term.0.as_month().plus(-self.random.between(4, 6));
        let (index, months) = (self.random.pick(&["labour_cost", "labour_cost", "cpi"]), self.random.between(1, 3));
        let missing = self.random.pick(&[
            "hold last value for N months, then stop",
            "hold last value for N months, then stop",
            "hold last value for N months, then stop",
            "hold last value",
            "hold last coefficient",
        ]);
        let missing =
            missing.replace("N months", &if months == 1 { "1 month".to_owned() } else { format!("{months} months") });
        let month = self.random.pick(&["revision", "revision - 3 months", "revision - 1 month"]);
        let text = format!(
            "indexation coefficient_0 {{\n    coefficient {index}[{month}] / {index}[{base}]\n    not rounded\n    revised each month\n    may fall\n    provisional : {}\n    missing : {missing}\n}}",
            self.random.pick(&["settle then correct", "wait"])
        );
        self.push("indexation: revised", text);
        self.indexations.push("coefficient_0".to_owned());
        let month = if self.whole_months { "month" } else { "calendar month" };
        let number = self.clauses.len() + 1;
        let text = format!(
            "clause {number} \"C{number}\" {{ each {month}, customer pays 100.00 EUR indexed by coefficient_0 as price }}"
        );
        self.push("each window", text);
        self.clauses.push((number, "customer", "price"));
    }
}
