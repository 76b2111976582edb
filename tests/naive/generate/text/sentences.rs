//! The sentences of random contracts.

use super::super::Piece;
use super::{Measure, Of, Writer};

impl Writer<'_> {
    /// A clause with one payment.
    pub(super) fn clause(&mut self) {
        let number = self.clauses.len() + 1;
        let (payer, nature) = match self.random.below(4) {
            0 => ("provider", "bonus"),
            1 => ("provider", "fee"),
            _ => ("customer", self.random.pick(&["price", "fee", "sale"])),
        };
        let (feature, body) = match self.random.below(12) {
            0 | 1 => self.on_event(payer),
            2 | 3 => self.for_time(payer),
            4 => self.for_number(payer),
            5 => self.tiers(payer),
            6 => self.by_bands(payer),
            7 => self.when(payer),
            8 => {
                let amount = self.money();
                let window = self.window();
                ("each window", format!("each {window}, {payer} pays {amount}"))
            }
            9 => self.part_of_clause(payer),
            _ => {
                self.obligation(number);
                return;
            }
        };
        if body.is_empty() {
            return;
        }
        let steps = self.steps();
        let indexed = self.indexed_or_not();
        let steps = match self.random.below(2) {
            _ if indexed == " not indexed" || steps.is_empty() => format!("{steps}{indexed}"),
            _ if indexed.is_empty() => steps,
            0 if !steps.starts_with(" times") => format!("{indexed}, then{}", steps.trim_start_matches(',')),
            _ => format!("{steps}, then{indexed}"),
        };
        if !steps.is_empty() {
            self.pieces.push(Piece { feature: "steps of an amount", text: String::new() });
        }
        self.push(feature, format!("clause {number} \"C{number}\" {{ {body}{steps} as {nature} }}"));
        self.clauses.push((number, payer, nature));
    }

    /// Steps of an amount; the order is said.
    fn steps(&mut self) -> String {
        let mut text = String::new();
        if self.random.one_in(6) {
            text = format!(" times {}", self.random.pick(&["2", "0.5", "1.333"]));
        }
        let count = self.random.below(6).saturating_sub(3);
        for place in 0..count {
            let then = if place > 0 { "then " } else { "" };
            let limit = format!("{}.00 EUR", self.random.between(1, 200));
            let step = match self.random.below(6) {
                0 | 1 => format!("at most {limit}"),
                2 => format!("at least {limit}"),
                3 => format!("nothing below {limit}"),
                4 => format!("nothing up to {limit}, then {}", self.random.pick(&["the whole", "the excess"])),
                _ => format!(
                    "rounded to {}",
                    self.random.pick(&["0.05 half up", "1 downward", "0.10 upward", "1 half even"])
                ),
            };
            text = format!("{text}, {then}{step}");
        }
        text
    }

    fn on_event(&mut self, payer: &str) -> (&'static str, String) {
        let money = self.money();
        match self.random.below(9) {
            0 => ("on an event", format!("on failed, {payer} pays {money}")),
            1 => ("on an event: each of a lot", format!("on lost, {payer} pays {money} per crate")),
            2 => ("on an event: a field", format!("on inspected, {payer} pays repair_cost per pump")),
            3 => (
                "on an event: with a condition",
                format!(
                    "on inspected where grade is {} or data_wiped is no, {payer} pays {money} per pump",
                    self.random.pick(&["A", "B", "D"])
                ),
            ),
            4 => (
                "on an event: time of a field",
                format!(
                    "on serviced, {payer} pays {money} per hour {} for work",
                    self.random.pick(&["commenced", "completed", "pro rata"])
                ),
            ),
            5 => (
                "on an event: a card",
                format!(
                    "on inspected, {payer} pays by grade, data_wiped {{ when A, B ; yes : nothing  when A, B ; no : 15.00 EUR  when C, D ; - : 25.37 EUR }} per pump"
                ),
            ),
            6 => (
                "on an event: a part of an attribute",
                format!(
                    "on inspected, {payer} pays repair_cost per pump, at most {}% of list_price",
                    self.random.between(5, 60)
                ),
            ),
            7 => ("on an event without an asset", format!("on order_cancelled, {payer} pays amount times fee_share")),
            _ => (
                "on an event: a card of an attribute",
                format!(
                    "on failed, {payer} pays by site {{ when north : 12.00 EUR  when south, east : {money} }} per pump"
                ),
            ),
        }
    }

    fn for_time(&mut self, payer: &str) -> (&'static str, String) {
        let money = self.money();
        let state = self.joined();
        let days = self.random.day_count();
        let window = if self.whole_months { "month" } else { "calendar month" };
        let part = self.random.pick(&["commenced", "completed", "pro rata"]);
        match self.random.below(8) {
            0 => ("rate for time: days", format!("{payer} pays {money} per pump per day while {state}, {days}")),
            1 => (
                "rate for time: business days",
                format!("{payer} pays {money} per pump per business day while {state}, {days}"),
            ),
            2 => (
                "rate for time: prorated by day",
                format!("{payer} pays {money} per pump per {window} while {state} prorated by day, {days}"),
            ),
            3 => ("rate for time: windows", format!("{payer} pays {money} per pump per {window} {part} while {state}")),
            4 => ("rate for time: hours", format!("{payer} pays {money} per pump per hour {part} while {state}")),
            5 => (
                "rate for time: working hours",
                format!("{payer} pays {money} per pump per working hour {part} while {state}"),
            ),
            6 => (
                "rate for time: a card of an attribute",
                format!(
                    "{payer} pays by site {{ when north : 2.00 EUR  when south : 3.50 EUR  when east : {money} }} per pump per day while in_service, {days}"
                ),
            ),
            _ => (
                "rate for time: without a state",
                format!("each {window}, {payer} pays {money} per pump per {window} {part}"),
            ),
        }
    }

    pub(super) fn for_number(&mut self, payer: &str) -> (&'static str, String) {
        let Some(measure) = self.any(&[Of::Count, Of::Hours, Of::WorkingHours, Of::Money, Of::Share, Of::Pages]) else {
            return ("", String::new());
        };
        let (name, money) = (measure.name, self.money());
        let part = self.random.pick(&["commenced", "completed", "pro rata"]);
        match measure.of {
            Of::Count | Of::Pages => ("rate for a number", format!("{payer} pays {money} for {name}")),
            Of::Hours | Of::Workshop => {
                ("rate for a number: hours", format!("{payer} pays {money} per hour {part} for {name}"))
            }
            Of::WorkingHours => {
                ("rate for a number: hours", format!("{payer} pays {money} per working hour {part} for {name}"))
            }
            Of::Money => {
                ("rate for a number: money", format!("{payer} pays {}% for {name}", self.random.between(1, 40)))
            }
            Of::Share | Of::Number => (
                "rate for a number: points",
                format!(
                    "{payer} pays {money} per point {part} for shortfall of {name} below {}%",
                    self.random.between(50, 100)
                ),
            ),
        }
    }

    fn tiers(&mut self, payer: &str) -> (&'static str, String) {
        let Some(measure) = self.any(&[Of::Count, Of::Money, Of::Pages]) else { return ("", String::new()) };
        let mode = self.random.pick(&["each band at its own price", "all at the price of the band reached"]);
        let name = measure.name;
        let (one, two) = (self.random.between(1, 3), self.random.between(4, 7));
        if measure.of == Of::Money {
            let bands = format!("up to {one}00.00 EUR : nothing  up to {two}00.00 EUR : 70%  above : 50.5%");
            return ("tiers: money", format!("{payer} pays for {name}, {mode} {{ {bands} }}"));
        }
        let scale = if measure.of == Of::Pages { "00" } else { "" };
        let bands = format!("up to {one}{scale} : 0.50 EUR  up to {two}{scale} : 1.255 EUR  above : 0.10 EUR");
        ("tiers", format!("{payer} pays for {name}, {mode} {{ {bands} }}"))
    }

    pub(super) fn by_bands(&mut self, payer: &str) -> (&'static str, String) {
        let Some(measure) = self.any(&[Of::Count, Of::Share, Of::Number]) else { return ("", String::new()) };
        let name = measure.name;
        let bands = if measure.of == Of::Share {
            "from 98.5% : nothing  from 60% : 5.00 EUR  below : 25.10 EUR"
        } else {
            "below 1 : 2.00 EUR  up to 3 : nothing  above : 30.00 EUR"
        };
        ("bands", format!("{payer} pays by {name} {{ {bands} }}"))
    }

    pub(super) fn when(&mut self, payer: &str) -> (&'static str, String) {
        let Some(measure) = self.any(&[Of::Count, Of::Share, Of::Number, Of::Money, Of::Hours]) else {
            return ("", String::new());
        };
        let value = self.value_of(measure.of);
        let how = self.random.pick(&["is at least", "is at most", "is above", "is below", "is"]);
        let money = self.money();
        ("when", format!("when {} {how} {value}, {payer} pays {money}", measure.name))
    }

    fn part_of_clause(&mut self, payer: &str) -> (&'static str, String) {
        let clauses = self.clauses.clone();
        let refs: Vec<&(usize, &str, &str)> = clauses.iter().collect();
        if refs.is_empty() {
            return ("", String::new());
        }
        let (number, ..) = self.random.pick(&refs);
        let percent = self.random.between(1, 60);
        let measure = self.any(&[Of::Count, Of::Share]);
        if let (0, Some(measure)) = (self.random.below(2), measure) {
            let value = self.value_of(measure.of);
            let part = format!("{payer} pays {percent}% of clause {number} as charged");
            return ("percentage of a clause: in a group", format!("when {} is at most {value}, {part}", measure.name));
        }
        let window = if self.whole_months { "quarter" } else { "calendar quarter" };
        ("percentage of a clause", format!("each {window}, {payer} pays {percent}% of clause {number} as charged"))
    }

    fn obligation(&mut self, number: usize) {
        let name = format!("duty_{number}");
        let within = match self.random.below(8) {
            0 => "10 days of return_requested\n    first day not counted".to_owned(),
            1 => format!("{} business days of return_requested\n    {}", self.random.between(1, 12), self.random.pick(&["first day not counted", "first day counted"])),
            2 => "1 month of return_requested\n    first day not counted".to_owned(),
            3 => format!("{} hours of return_requested", self.random.between(1, 100)),
            4 => format!("{} working hours of return_requested", self.random.between(1, 40)),
            5 => "by site { when north : 1 day  when south, east : 5 days } of return_requested\n    first day not counted".to_owned(),
            6 => "2 months of return_requested\n    first day counted".to_owned(),
            _ => format!("{} days of return_requested\n    first day counted", self.random.between(1, 20)),
        };
        let opens = self.random.pick(&["return_requested", "return_requested", "return_requested", "noticed"]);
        let within = within.replace("return_requested", opens);
        let paused = match self.random.below(4) {
            0 => "\n    paused while blocked, before the deadline only",
            1 => "\n    paused while blocked, also after the deadline",
            _ => "",
        };
        let (missed, unit) = match self.random.below(4) {
            0 => ("\n    missed after 0 days", ""),
            1 => ("\n    missed after 60 business days", "business day"),
            2 => ("\n    missed after 30 days", "day"),
            _ => ("\n    missed after 12 days", "hour"),
        };
        let money = self.money();
        let part = self.random.pick(&["commenced", "completed", "pro rata"]);
        let cap = self.random.pick(&["", "\n    at most 55.00 EUR per pump", "\n    at most 10% of list_price"]);
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let pay = match self.random.below(4) {
            0 => format!(
                "when {name} is {}, provider pays {money} per pump{not} as fee",
                self.random.pick(&["met", "late", "missed"])
            ),
            1 => String::new(),
            _ if unit.is_empty() => String::new(),
            _ => format!(
                "provider pays {money} per pump per {unit} {part} for lateness of {name}{cap}{not}\n    as indemnity"
            ),
        };
        let done = self.random.pick(&["collected", "removed"]);
        let text = format!(
            "clause {number} \"C{number}\" {{\n    obligation {name} : provider must have pump {done} within {within}{paused}{missed}\n    {pay}\n}}"
        );
        let feature = match (pay.is_empty(), paused.is_empty()) {
            (true, true) => "obligation",
            (false, true) => "obligation: with a payment",
            (_, false) => "obligation: paused",
        };
        self.obligations.push(name.clone());
        self.push(feature, text);
        self.clauses.push((number, "provider", "indemnity"));
        if self.random.one_in(2) {
            self.ended(&name);
        }
    }

    /// A number that counts how obligations ended.
    fn ended(&mut self, duty: &str) {
        let name = format!("ended_{}", self.pieces.len());
        let (window, groups) = (self.window(), self.random.pick(&["", "", " per pump", " per site"]));
        let (feature, of, body) = if self.random.one_in(2) {
            let empty = self.random.pick(&["nothing due", "held", "counts as 100%"]);
            ("share: obligations", Of::Share, format!("share of ({duty} is met), empty : {empty}"))
        } else {
            let outcome = self.random.pick(&["met", "late", "missed"]);
            ("count: obligations", Of::Count, format!("count of ({duty} is {outcome})"))
        };
        self.push(feature, format!("define {name}{groups} per {window} = {body}"));
        self.measures.push(Measure { name, window, groups, of });
    }

    pub(super) fn table(&mut self) {
        let cost = self.random.between(20, 200);
        let (feature, body) = match self.random.below(6) {
            0 => ("decide: first match", format!("first match by data_wiped, grade, repair_cost / list_price {{ | no | - | - | => hold, 1 | | yes | A, B | <= {cost}% | => sell, 2 | | - | not D | - | => strip, 3 | otherwise => scrap, 4 }}")),
            1 => ("decide: one match", format!("one match by grade, repair_cost {{ | A, B | up to {cost}.00 EUR | => sell, 1 | | A, B | above {cost}.00 EUR | => strip, 2 | | C, D | - | => scrap, 3 | }}")),
            2 => ("decide: any match", "any match by grade, data_wiped { | D | - | => hold, 1 | | - | no | => hold, 1 | | not D | yes | => sell, 2 | }".to_owned()),
            3 => ("decide: best", "best by rank by grade { | A, B, C | => strip, 3 | | A, B | => sell, 2 | | - | => scrap, 9 | }".to_owned()),
            4 => ("decide: collect", format!("collect {} by grade, data_wiped {{ | A, B | - | => sell, 4 | | - | no | => hold, 2 | | D | - | => scrap, 7 | }}", self.random.pick(&["list", "count"]))),
            _ => ("decide: age", "first match by time since commissioned, grade { | < 12 months | - | => sell, 1 | | from 12 months below 24 months | A, B | => strip, 2 | otherwise => scrap, 3 }".to_owned()),
        };
        self.push(feature, format!("decide way, rank of pump on inspected = {body}"));
        if self.random.one_in(2) && !feature.contains("collect") {
            let number = self.clauses.len() + 1;
            let way = self.random.pick(&["sell", "scrap"]);
            let text = format!(
                "clause {number} \"C{number}\" {{ on inspected where way is {way}, customer pays 7.77 EUR per pump as fee }}"
            );
            self.push("decision read by a sentence", text);
            self.clauses.push((number, "customer", "fee"));
        }
    }

    /// How a cap is indexed, where a contract has an indexation.
    fn cap_index(&mut self) -> String {
        let indexed = self.indexed_or_not();
        if indexed.is_empty() { indexed } else { format!("{}, ", indexed.trim_start()) }
    }

    /// A cap that is a part of an amount that still grows.
    fn growing(
        &mut self,
        payer: &str,
        (under, per, window): (usize, &str, &str),
        refs: &[&(usize, &str, &str)],
        expected: bool,
    ) -> (&'static str, String) {
        let (of, ..) = self.random.pick(refs);
        let base = self.random.pick(&["after indexation, ", "before indexation, "]);
        let base = if self.indexations.is_empty() { "" } else { base };
        let word = window.rsplit(' ').next().unwrap_or(window);
        let first = match self.random.below(3) {
            0 => "of the amount so far".to_owned(),
            1 => format!("of the expected {word}"),
            _ => "150.00 EUR".to_owned(),
        };
        let (feature, of_what) = if expected {
            ("cap: of the expected window", format!("of the expected {word}"))
        } else {
            ("cap: of the previous window", format!("of the previous {word}, in the first {word} {first}"))
        };
        let percent = self.random.between(5, 80);
        let words = format!("{payer} owes at most {percent}% of clause {of} as charged{per}, {of_what}, {base}");
        (feature, format!("{words}under clause {under}"))
    }

    pub(super) fn limit(&mut self) {
        let clauses = self.clauses.clone();
        let refs: Vec<&(usize, &str, &str)> = clauses.iter().filter(|clause| clause.2 != "indemnity").collect();
        if refs.is_empty() {
            return;
        }
        let (under, payer, _) = self.random.pick(&refs);
        let number = self.clauses.len() + 1;
        let window = if self.whole_months {
            self.random.pick(&["month", "quarter", "year", "term"])
        } else {
            self.random.pick(&["calendar month", "calendar quarter", "contract year"])
        };
        let per = if window == "term" { " over the term".to_owned() } else { format!(" per {window}") };
        let group = self.random.pick(&["", "", "", " per site", " per pump"]);
        let stated = self.random.between(1, 400);
        let amount = format!("{stated}.00 EUR");
        let may_cut = window != "term" && (window == "contract year" || !self.whole_months || window == "year");
        let cut = if may_cut { self.random.pick(&["prorated by day, ", "in full, "]) } else { "" };
        let indexed = self.cap_index();
        let cut = format!("{indexed}{cut}");
        let (feature, text) = match self.random.below(9) {
            0 | 5 if stated % 4 > 0 && window != "term" && group != " per site" => {
                let next = window.rsplit(' ').next().unwrap_or_default();
                let carry = match stated % 8 {
                    1 | 5 => "is carried over until it is used".to_owned(),
                    2 | 6 => format!("is carried over to the next {next} only, used first"),
                    3 => format!("is carried over to the next {next} only, used last"),
                    _ => "is not carried over".to_owned(),
                };
                let text =
                    format!("{payer} owes at most {amount}{group}{per}, {cut}unused {carry}, under clause {under}");
                ("cap: carried over", text)
            }
            6 => {
                let months = self.random.pick(&["3 months", "6 months", "12 months"]);
                (
                    "cap: rolling",
                    format!("{payer} owes at most {amount}{group} per rolling {months}, {indexed}under clause {under}"),
                )
            }
            7 if window != "term" => self.growing(payer, (*under, &per, window), &refs, true),
            8 if window != "term" => self.growing(payer, (*under, &per, window), &refs, false),
            0 | 1 => ("cap", format!("{payer} owes at most {amount}{group}{per}, {cut}under clause {under}")),
            2 => ("minimum", format!("{payer} owes at least {amount}{group}{per}, {cut}under clause {under}")),
            3 => (
                "exemption",
                format!(
                    "{payer} owes nothing up to {amount}{group}{per}, {cut}then {}, under clause {under}",
                    self.random.pick(&["the whole", "the excess"])
                ),
            ),
            4 => (
                "exemption, then a cap",
                format!(
                    "{payer} owes nothing up to {amount}{per}, {cut}then the excess, then at most 200.00 EUR{per}, {cut}under clause {under}"
                ),
            ),
            _ => {
                let (of, ..) = self.random.pick(&refs);
                (
                    "cap: a part of a clause",
                    format!(
                        "{payer} owes at most {}% of clause {of} as charged{per}, of the amount so far, under clause {under}",
                        self.random.between(5, 80)
                    ),
                )
            }
        };
        self.push(feature, format!("clause {number} \"C{number}\" {{ {text} }}"));
        self.clauses.push((number, "limit", "indemnity"));
    }
}
