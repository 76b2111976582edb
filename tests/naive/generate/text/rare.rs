//! The rarer parts of random contracts.

use super::{Measure, Of, Writer};

impl Writer<'_> {
    /// One of the rarer parts.
    pub(super) fn rare(&mut self) {
        match self.random.below(9) {
            0 | 1 => self.rolling(),
            2 => self.level(),
            3 => self.estimated(),
            4 => self.judged(),
            5 => self.best(),
            6 => self.right(),
            _ => self.ranked(),
        }
    }

    fn named(&mut self, word: &str) -> String {
        format!("{word}_{}", self.pieces.len())
    }

    /// A clause of its own.
    pub(super) fn clause_of(&mut self, feature: &'static str, payer: &'static str, nature: &'static str, body: &str) {
        let number = self.clauses.len() + 1;
        let step = self.indexed_or_not();
        self.push(feature, format!("clause {number} \"C{number}\" {{ {body}{step} as {nature} }}"));
        self.clauses.push((number, payer, nature));
    }

    fn rolling(&mut self) {
        let name = self.named("rolling");
        let groups = self.random.pick(&["", " per pump", " per site"]);
        let window = self.random.pick(&["3 months", "6 months", "12 months", "2 quarters", "1 year"]);
        let (of, body) = match self.random.below(3) {
            0 => (Of::Money, "total of inspected.repair_cost"),
            1 => (Of::Count, "count of (serviced where score is at least 5)"),
            _ => (Of::Count, "count of failed"),
        };
        let again = self.random.pick(&["counted again", "used up once credited", "used up once credited"]);
        let short = self.random.pick(&["counts as it is", "counts as it is", "nothing due", "held"]);
        let text = format!("define {name}{groups} per rolling {window} = {body}, {again}, a short window : {short}");
        self.push("rolling window", text);
        let payer = self.random.pick(&["provider", "customer"]);
        let (money, value) = (self.money(), self.value_of(of));
        let body = match (of, self.random.below(3)) {
            (Of::Money, 0) => format!("{payer} pays {}% for {name}", self.random.between(1, 30)),
            (_, 0) => format!("{payer} pays {money} for {name}"),
            (_, 1) => format!("when {name} is above {value}, {payer} pays {money}"),
            _ => format!("when {name} is at least {value}, {payer} pays {money}"),
        };
        self.clause_of("rolling window: a payment", payer, "fee", &body);
    }

    fn level(&mut self) {
        let name = self.named("level");
        let groups = self.random.pick(&["", " per pump", " per site"]);
        let window = self.window();
        let unit = self.random.pick(&["hours", "days", "minutes"]);
        let between = self.random.pick(&["held until the next reading", "linear between readings"]);
        let missing = self.random.pick(&["adds nothing", "adds nothing", "held"]);
        let text = format!(
            "define {name}{groups} per {window} = accumulation of stocked.pallets, in {unit}, {between}, missing : {missing}"
        );
        self.push("level", text);
        let money = self.money();
        self.clause_of("level: a payment", "customer", "price", &format!("customer pays {money} for {name}"));
    }

    fn estimated(&mut self) {
        let name = self.named("estimated");
        let window = self.random.pick(if self.whole_months {
            &["month", "quarter"]
        } else {
            &["calendar month", "calendar month"]
        });
        let months = self.random.between(1, 6);
        let across = self.random.pick(&["in the later window", "in the later window", "by time"]);
        let text = format!(
            "define {name} per copier per {window} = increase of reading.pages, missing : estimated from the last {months} months, across a window : {across}"
        );
        self.push("meter: estimated", text);
        self.measures.push(Measure { name, window, groups: " per copier", of: Of::Pages });
    }

    fn judged(&mut self) {
        if self.random.one_in(2) {
            let name = self.named("judged");
            let window = self.window();
            let groups = self.random.pick(&["", " per pump"]);
            let word = self.random.pick(&["yes", "no"]);
            let text = format!("define {name}{groups} per {window} = count of (inspected where fair_wear is {word})");
            self.push("judgement: a number", text);
            self.measures.push(Measure { name, window, groups, of: Of::Count });
            return;
        }
        let money = self.money();
        let body = format!("on inspected where fair_wear is no, customer pays {money} per pump");
        self.clause_of("judgement: a payment", "customer", "indemnity", &body);
    }

    fn best(&mut self) {
        if self.pieces.iter().any(|piece| piece.feature == "decide: best of options") {
            return;
        }
        let (which, equals) = (
            self.random.pick(&["highest", "lowest"]),
            self.random.pick(&["first of equals", "equals are not decided"]),
        );
        let provided = self.random.pick(&["", "  provided data_wiped is yes", "  provided grade in (A, B)"]);
        let text = format!(
            "decide next, worth of pump on inspected = {which} of {{\n    option sell : {} * list_price\n    option repair : 500.00 EUR - repair_cost{provided}\n    option scrap : 15.00 EUR\n}}\n    {equals}",
            self.random.pick(&["0.5", "0.1", "0.015"]),
        );
        self.push("decide: best of options", text);
        let body =
            format!("on inspected where next is not scrap, provider pays {}% * worth", self.random.between(1, 20));
        self.clause_of("decide: best, read", "provider", "sale", &body);
    }

    fn right(&mut self) {
        let number = self.clauses.len() + 1;
        let body = match (self.random.below(4), self.any(&[Of::Count, Of::Share, Of::Money])) {
            (3, _) => {
                let (kind, group) = self.random.pick(&[
                    &("lost", "customer"),
                    &("lost", "crate"),
                    &("lost", "lost.depot"),
                    &("failed", "pump"),
                    &("failed", "site"),
                ]);
                let rank = self.random.between(2, 4);
                let over =
                    self.random.pick(&["calendar month", "calendar year", "rolling 30 days", "rolling 6 months"]);
                format!(
                    "on {kind} where rank of {kind} per {group} per {over} is at least {rank}, customer may \"leave\""
                )
            }
            (0, Some(measure)) => {
                let value = self.value_of(measure.of);
                format!("when {} is at least {value}, customer may \"leave\"", measure.name)
            }
            (1, _) => "on inspected where grade in (C, D), customer may \"send it back\"".to_owned(),
            _ if !self.obligations.is_empty() => {
                let name = self.obligations[0].clone();
                format!("when {name} is {}, customer may \"complain\"", self.random.pick(&["met", "late", "missed"]))
            }
            _ => "on failed, provider may \"look at it\"".to_owned(),
        };
        self.push("right", format!("clause {number} \"C{number}\" {{ {body} }}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    fn ranked(&mut self) {
        let over = self.random.pick(&[
            "calendar month",
            "calendar year",
            "rolling 30 days",
            "rolling 90 days",
            "rolling 6 months",
            "rolling 12 months",
        ]);
        let money = self.money();
        let rolls = over.starts_with("rolling");
        let again = if rolls { self.random.pick(&[" counted again", " used up once credited"]) } else { "" };
        let rank = self.random.between(2, 4);
        let body = match self.random.below(5) {
            0 => {
                let group = self.random.pick(&["customer", "crate", "lost.depot"]);
                format!(
                    "on lost, customer pays {money} per crate times by rank of lost per {group} per {over} {{ up to 2 : 1  up to 5 : 1.5  above : 2.25 }}"
                )
            }
            1 => {
                let group = self.random.pick(&["customer", "crate", "lost.depot"]);
                format!(
                    "on lost where rank of lost per {group} per {over}{again} is above {rank}, customer pays {money} per crate"
                )
            }
            2 => {
                let group = self.random.pick(&["pump", "site", "customer"]);
                format!(
                    "on failed where rank of failed per {group} per {over}{again} is at least {rank}, customer pays {money} per pump"
                )
            }
            3 => format!(
                "on inspected where grade in (A, B), customer pays by rank of (inspected where grade in (A, B)) per pump per {over} {{ up to 1 : {money}  above : 0.50 EUR }} per pump"
            ),
            _ => format!(
                "on failed, customer pays by rank of failed per site per {over} {{ up to 1 : nothing  up to 3 : {money}  above : 7.00 EUR }} per pump"
            ),
        };
        let feature = if again.contains("used") { "rank: used up" } else { "rank" };
        self.clause_of(feature, "customer", "fee", &body);
    }
}
