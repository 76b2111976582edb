//! Deposits and clauses that meet, of random contracts.

use super::Writer;

impl Writer<'_> {
    /// Deposits for kegs.
    pub(super) fn deposits(&mut self) {
        let number = self.clauses.len() + 1;
        let amount = match self.random.below(3) {
            0 => "25.00 EUR".to_owned(),
            1 => "10% of worth_new".to_owned(),
            _ => "by size { when small : 12.35 EUR  when large : 30.00 EUR }".to_owned(),
        };
        let matched = self.random.pick(&["matched by serial", "matched by serial", "oldest first", "latest first"]);
        let share = match self.random.below(5) {
            0 => "100%",
            1 => "by grade { when A, B : 100%  when C : 60%  otherwise : nothing }",
            2 => {
                "by time since filled { up to 2 months : 100%  above 2 months up to 6 months : 33.5%  above : nothing }"
            }
            3 => "60%",
            _ => "by grade { when A : 100%  otherwise : 12.5% }",
        };
        let rest = self.random.pick(&["indemnity", "price", "sale"]);
        let rest = if share == "100%" { String::new() } else { format!(", the rest as {rest}") };
        let indexed = self.indexed_or_not();
        let indexed = if indexed == " not indexed" { indexed } else { String::new() };
        let (taken, emptied) =
            (self.filled(), self.random.pick(&["emptied", "emptied", "emptied where size is large"]));
        let back = format!("on {emptied}, provider pays {share} of clause {number} {matched} as deposit{rest}");
        let takes = format!("customer pays {amount} per keg{indexed} as deposit");
        if !share.contains("since") && self.random.one_in(4) {
            let body = self.by_duty(number, &takes, &back);
            self.push("deposit: by an outcome", format!("clause {number} \"C{number}\" {{\n    {body}\n}}"));
            self.clauses.push((number, "limit", "indemnity"));
            return;
        }
        let mut body = format!("on {taken}, {takes}\n    {back}");
        if matched == "matched by serial" && self.random.one_in(2) {
            let days = format!("{} days", self.random.between(10, 90));
            let by_size = "by size { when small : 15 days  when large : 60 days }";
            let within = if self.random.one_in(3) { by_size } else { &days };
            let by_age = "by time since filled { up to 1 month : 66.6%  above : 12.5% }";
            let what = match self.random.below(4) {
                0 => format!("provider pays {by_age} of clause {number} {matched} as deposit, the rest as sale"),
                1 => format!("provider pays 100% of clause {number} {matched} as deposit"),
                _ => format!("provider keeps clause {number} in full as sale"),
            };
            let outcome = self.random.pick(&["missed", "missed", "missed", "met"]);
            body.push_str(&format!(
                "\n    obligation bring_{number} : customer must have keg emptied within {within} of filled\n        first day not counted\n        missed after {} days\n    when bring_{number} is {outcome}, {what}",
                self.random.pick(&["0", "0", "15"])
            ));
        }
        let feature = if matched == "matched by serial" { "deposit: by serial" } else { "deposit: pool" };
        self.push(feature, format!("clause {number} \"C{number}\" {{\n    {body}\n}}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    /// Deposits that an obligation takes.
    fn by_duty(&mut self, number: usize, takes: &str, back: &str) -> String {
        let (done, opened) =
            (self.random.pick(&["emptied", "emptied", "lost_keg"]), self.random.pick(&["filled", "filled", "emptied"]));
        let done = if done == opened { "lost_keg" } else { done };
        let days = format!("{} days", self.random.between(5, 60));
        let by_size = "by size { when small : 15 days  when large : 60 days }";
        let within = if self.random.one_in(4) { by_size } else { &days };
        let outcome = self.random.pick(&["late", "late", "met", "missed", "missed"]);
        let missed = if outcome == "missed" { self.random.pick(&["0", "0", "15"]) } else { "30" };
        format!(
            "obligation hold_{number} : customer must have keg {done} within {within} of {opened}\n        first day not counted\n        missed after {missed} days\n    when hold_{number} is {outcome}, {takes}\n    {back}"
        )
    }

    /// A text by which deposits are taken and come back.
    pub(super) fn deposit_text(&mut self, number: usize, matched: &str) -> String {
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let amount = self.random.pick(&[
            "25.00 EUR",
            "10% of worth_new",
            "by size { when small : 12.35 EUR  when large : 30.00 EUR }",
        ]);
        let ends = self.ways_back(number, matched);
        let duty = self.keg_duty.clone().filter(|_| !self.random.one_in(3));
        let when = match duty {
            Some(name) => format!("when {name} is {}", self.random.pick(&["late", "late", "met", "missed"])),
            None => format!("on {}", self.filled()),
        };
        format!("{when}, customer pays {amount} per keg{not} as deposit\n    {ends}")
    }

    /// An obligation of kegs in a clause of its own.
    pub(super) fn keg_duty(&mut self, number: usize) {
        let days = format!("{} days", self.random.between(5, 60));
        let by_size = "by size { when small : 15 days  when large : 60 days }";
        let within = if self.random.one_in(4) { by_size } else { &days };
        let done = self.random.pick(&["emptied", "lost_keg"]);
        let missed = self.random.pick(&["0", "10", "10"]);
        let text = format!(
            "obligation hold_{number} : customer must have keg {done} within {within} of filled\n        first day not counted\n        missed after {missed} days"
        );
        self.push("deposit: by an outcome, amended", format!("clause {number} \"C{number}\" {{ {text} }}"));
        self.clauses.push((number, "limit", "indemnity"));
        self.keg_duty = Some(format!("hold_{number}"));
    }

    /// What takes deposits: at times it cannot be told whether.
    fn filled(&mut self) -> &'static str {
        self.random.pick(&["filled", "filled", "filled", "filled where size is large"])
    }

    /// What ends deposits: at times several sentences, at times on one event.
    fn ways_back(&mut self, number: usize, matched: &str) -> String {
        let share = self.random.pick(&["100%", "60%", "by grade { when A, B : 100%  otherwise : 12.5% }"]);
        let rest = if share == "100%" { "" } else { ", the rest as indemnity" };
        let back = format!("provider pays {share} of clause {number} {matched} as deposit{rest}");
        let part = self.random.pick(&["60%", "by grade { when A, B : 50%  otherwise : 12.5% }", "33.333%"]);
        let stays = format!("provider pays {part} of clause {number} {matched} as deposit, the rest stays held");
        let whole = if self.random.one_in(2) {
            format!("provider keeps clause {number} in full {matched} as sale")
        } else {
            format!("provider pays 100% of clause {number} {matched} as deposit")
        };
        match self.random.below(9) {
            0 | 1 => format!("on emptied, {stays}\n    on lost_keg, {whole}"),
            2 => format!("on emptied, {stays}\n    on emptied where grade in (C, D), {whole}"),
            3 => format!("on emptied where grade in (A, B), {whole}\n    on emptied where grade in (C, D), {back}"),
            4 => format!("on emptied, {back}\n    on lost_keg, {whole}"),
            6 => format!("on emptied where size is small, {whole}\n    on emptied where grade in (C, D), {back}"),
            5 => format!("on emptied where grade in (A, B), {whole}\n    on emptied, {back}"),
            _ => format!("on emptied, {back}"),
        }
    }

    /// What ends the deposits of another clause.
    pub(super) fn other_end(&mut self, of: usize, matched: &str) -> String {
        let what = match self.random.below(3) {
            0 => format!("provider keeps clause {of} in full {matched} as sale"),
            1 => format!("provider pays 100% of clause {of} {matched} as deposit"),
            _ => format!("provider pays 40% of clause {of} {matched} as deposit, the rest as indemnity"),
        };
        let event = self.random.pick(&[
            "lost_keg",
            "emptied where grade in (C, D)",
            "emptied",
            "emptied where grade is A",
            "emptied where size is small",
        ]);
        format!("on {event}, {what}")
    }

    /// Two clauses that a third replaces, of which one may be held; or one that two replace.
    pub(super) fn three_meet(&mut self) {
        let number = self.clauses.len() + 1;
        let month = if self.whole_months { "month" } else { "calendar month" };
        let grain = match self.random.below(3) {
            0 => "pump".to_owned(),
            1 => format!("pump and {month}"),
            _ => format!("site and {month}"),
        };
        let (two, three) = (self.money(), self.money());
        let texts = [
            "on serviced, provider pays parts".to_owned(),
            format!("on failed, provider pays {two} per pump"),
            format!("on inspected where grade in (C, D), provider pays {three} per pump"),
        ];
        let (first, second, last) = (number, number + 1, number + 2);
        let how = match self.random.below(3) {
            0 => format!("clauses {first} and {last} replace clause {second}"),
            _ => format!("clause {last} replaces clauses {first} and {second}"),
        };
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        for (place, text) in texts.into_iter().enumerate() {
            let own = number + place;
            let how = if own == last { format!("\n    {how} for the same {grain}\n") } else { String::new() };
            let nature = self.random.pick(&["fee", "price reduction"]);
            let text = format!("clause {own} \"C{own}\" {{ {text}{not} as {nature}{how} }}");
            self.push("clauses that meet: three", text);
            self.clauses.push((own, "limit", "indemnity"));
        }
        if self.random.one_in(3) {
            let own = last + 1;
            let limit = self.random.pick(&["at most 40.00 EUR", "at least 120.00 EUR"]);
            let cut = if self.whole_months { "" } else { "in full, " };
            let indexed = if self.indexations.is_empty() { "" } else { "not indexed, " };
            let text =
                format!("provider owes {limit} per {month}, {indexed}{cut}under clauses {first}, {second} and {last}");
            self.push("limit over clauses that meet", format!("clause {own} \"C{own}\" {{ {text} }}"));
            self.clauses.push((own, "limit", "indemnity"));
        }
    }

    /// Two clauses for one cause, and how they meet; or the higher of two that charge the same.
    pub(super) fn meeting(&mut self, equal: bool) {
        let number = self.clauses.len() + 1;
        let one = self.money();
        // At times both charge the same.
        let two = if equal || self.random.one_in(3) { one.clone() } else { self.money() };
        let payer = self.random.pick(&["provider", "customer"]);
        let nature = self.random.pick(&["indemnity", "fee", "price reduction"]);
        // Which of two equal ones stands is seen by its nature.
        let other = if equal { "price" } else { nature };
        let window = if self.whole_months { self.random.pick(&["month", "quarter", "year"]) } else { "calendar month" };
        let group = self.random.pick(&["pump", "site"]);
        let (first, second, grain) = match if equal { 0 } else { self.random.below(4) } {
            0 => (
                format!("on failed, {payer} pays {one} per pump"),
                format!("on serviced where score is below 5, {payer} pays {two} per pump"),
                format!("{group} and {window}"),
            ),
            3 => (
                format!("on inspected where data_wiped is no, {payer} pays {one} per pump"),
                format!("on inspected where grade in (C, D), {payer} pays repair_cost per pump"),
                "event".to_owned(),
            ),
            1 => (
                format!("on inspected, {payer} pays repair_cost per pump"),
                format!("on failed, {payer} pays {two} per pump"),
                "pump".to_owned(),
            ),
            _ => (
                format!("on inspected where data_wiped is no, {payer} pays {one} per pump"),
                format!("{payer} pays {two} per pump per day while down, first day counted"),
                format!("{group} and {window}"),
            ),
        };
        let how = if grain == "pump" || (!equal && self.random.one_in(2)) {
            format!("clause {} replaces clause {number} for the same {grain}", number + 1)
        } else {
            format!("clauses {number} and {} only the higher for the same {grain}", number + 1)
        };
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        self.push("clauses that meet: first", format!("clause {number} \"C{number}\" {{ {first}{not} as {nature} }}"));
        let next = number + 1;
        self.push(
            "clauses that meet",
            format!("clause {next} \"C{next}\" {{\n    {second}{not} as {other}\n    {how}\n}}"),
        );
        for number in [number, next] {
            self.clauses.push((number, "limit", "indemnity"));
        }
        if self.random.one_in(3) {
            let last = next + 1;
            let limit = self.random.pick(&["at most 40.00 EUR", "at least 120.00 EUR"]);
            let cut = if self.whole_months { "" } else { "in full, " };
            let indexed = if self.indexations.is_empty() { "" } else { "not indexed, " };
            let text = format!("{payer} owes {limit} per {window}, {indexed}{cut}under clauses {number} and {next}");
            self.push("limit over clauses that meet", format!("clause {last} \"C{last}\" {{ {text} }}"));
            self.clauses.push((last, "limit", "indemnity"));
        }
    }
}
