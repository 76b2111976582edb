//! Parts of random contracts that few contracts have.

use consigne::base::time::Date;

use super::super::{Frame, Random};
use super::{Measure, Of, Writer};

/// Conventions that few contracts state.
pub(super) fn conventions(random: &mut Random) -> Vec<String> {
    let mut all = Vec::new();
    if random.one_in(5) {
        let days = random.pick(&["Mon-Sat", "Mon-Fri except holidays of FR", "Mon, Wed-Fri", "Mon-Fri"]);
        all.push(format!("business days {days}"));
    }
    if random.one_in(5) {
        let way = random.pick(&["go in the order declared", "are held"]);
        all.push(format!("events at one instant {way}"));
    }
    all
}

impl Writer<'_> {
    /// One of the parts that few contracts have.
    pub(super) fn seldom(&mut self, frame: &Frame) {
        match self.random.below(13) {
            0 => self.earlier(),
            1 => self.absent(),
            2 => self.whole(),
            3 => self.called(),
            4 => self.computed_of_events(),
            5 => self.collected(),
            6 => self.left_open(),
            7 => self.both_ways(),
            8 => self.inserted(frame),
            9 => self.of_two_families(),
            10 => self.rest_stays(),
            11 => self.barred(),
            _ => self.told_later(),
        }
    }

    fn month(&self) -> &'static str {
        if self.whole_months { "month" } else { "calendar month" }
    }

    /// A part of what a clause charged in an earlier window.
    fn earlier(&mut self) {
        let clauses = self.clauses.clone();
        let refs: Vec<&(usize, &str, &str)> = clauses.iter().collect();
        if refs.is_empty() {
            return;
        }
        let (number, ..) = self.random.pick(&refs);
        let (percent, back) = (self.random.between(1, 100), self.random.between(1, 4));
        let month = self.month();
        let body = match self.any(&[Of::Count, Of::Share]) {
            Some(measure) if self.random.one_in(2) => {
                let (value, window) = (self.value_of(measure.of), measure.window);
                let windows = window.rsplit(' ').next().unwrap_or(window);
                format!(
                    "when {} is at most {value}, provider pays {percent}% of clause {number} as charged of {back} {windows}s earlier",
                    measure.name
                )
            }
            _ => {
                format!("each {month}, provider pays {percent}% of clause {number} as charged of {back} months earlier")
            }
        };
        self.clause_of("percentage of a clause: earlier", "provider", "fee", &body);
    }

    /// An optional field that is there, or not.
    fn absent(&mut self) {
        let there = self.random.pick(&["present", "absent"]);
        if self.random.one_in(2) {
            let (name, window) = (format!("absent_{}", self.pieces.len()), self.window());
            let groups = self.random.pick(&["", " per pump", " per site"]);
            self.push(
                "count: absent",
                format!("define {name}{groups} per {window} = count of (serviced where parts is {there})"),
            );
            self.measures.push(Measure { name, window, groups, of: Of::Count });
            return;
        }
        let money = self.money();
        let body = format!("on serviced where parts is {there}, provider pays {money} per pump");
        self.clause_of("on an event: absent", "provider", "fee", &body);
    }

    /// All of a number, once it is above a threshold.
    fn whole(&mut self) {
        let Some(measure) = self.any(&[Of::Count, Of::Pages]) else { return };
        let (name, value, money) = (measure.name, self.value_of(measure.of), self.money());
        let body = format!("when {name} is above {value}, customer pays {money} for the whole of {name}");
        self.clause_of("rate for a number: the whole", "customer", "price", &body);
    }

    /// Calls that are answered by their ticket.
    fn called(&mut self) {
        if self.random.one_in(3) {
            let money = self.money();
            let body = format!("on called where ticket is \"T1\", provider pays {money} per pump");
            self.clause_of("on an event: a text", "provider", "fee", &body);
            return;
        }
        let number = self.clauses.len() + 1;
        let within = self.random.pick(&[
            "4 working hours of called",
            "30 hours of called",
            "2 days of called\n    first day not counted",
        ]);
        let (money, missed) =
            (self.money(), self.random.pick(&["\n    missed after 0 days", "\n    missed after 30 days", ""]));
        let part = self.random.pick(&["commenced", "completed", "pro rata"]);
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let pay = if self.random.one_in(2) {
            format!(
                "when answer_{number} is {}, provider pays {money} per pump{not} as fee",
                self.random.pick(&["met", "late"])
            )
        } else {
            format!("provider pays {money} per pump per hour {part} for lateness of answer_{number}{not} as indemnity")
        };
        let text = format!(
            "clause {number} \"C{number}\" {{\n    obligation answer_{number} : provider must have pump answered within {within}{missed}\n    matched by ticket\n    {pay}\n}}"
        );
        self.push("obligation: matched by a field", text);
        self.clauses.push((number, "provider", "indemnity"));
    }

    /// Numbers of a value that is computed of an event.
    fn computed_of_events(&mut self) {
        let (name, window) = (format!("computed_{}", self.pieces.len()), self.window());
        let groups = self.random.pick(&["", " per pump", " per site"]);
        let (of, body) = match self.random.below(4) {
            0 => (Of::Hours, "total of (work on serviced where score is at least 5)".to_owned()),
            1 => (Of::Money, "total of (repair_cost * 0.5 on inspected)".to_owned()),
            2 => (Of::Money, "greatest of (repair_cost - 10.00 EUR on inspected where grade is not A), empty : nothing due".to_owned()),
            _ => (Of::Share, "mean of (repair_cost / list_price on inspected), at least 10%, at most 90%, not rounded, empty : nothing due".to_owned()),
        };
        self.push("a value on an event", format!("define {name}{groups} per {window} = {body}"));
        self.measures.push(Measure { name, window, groups, of });
    }

    /// A table of which all rows that apply count.
    fn collected(&mut self) {
        if self.pieces.iter().any(|piece| piece.feature.starts_with("decide: collect a number")) {
            return;
        }
        let how = self.random.pick(&["sum", "least", "greatest"]);
        let rest = match (how, self.random.below(3)) {
            ("sum", 0) => "",
            (_, 1) => " otherwise => 1.25",
            _ => " otherwise => no decision",
        };
        let text = format!(
            "decide points of pump on inspected = collect {how} by grade, data_wiped {{ | A, B | - | => 4 | | - | no | => 2.5 | | B, D | - | => 7 |{rest} }}"
        );
        self.push("decide: collect a number", text);
        let (money, least) = (self.money(), self.random.between(3, 7));
        let body = match self.random.below(2) {
            0 => format!("on inspected where points is at least {least}, provider pays {money} per pump"),
            _ => format!("on inspected, provider pays {money} per pump times points"),
        };
        self.clause_of("decide: collect a number, read", "provider", "fee", &body);
    }

    /// A table that leaves cases to a person.
    fn left_open(&mut self) {
        if self.pieces.iter().any(|piece| piece.feature == "decide: no decision") {
            return;
        }
        let cost = self.random.between(20, 200);
        let text = format!(
            "decide route of pump on inspected = first match by grade, repair_cost {{ | A | - | => keep | | - | up to {cost}.00 EUR | => mend | otherwise => no decision }}"
        );
        self.push("decide: no decision", text);
        let (money, there) = (self.money(), self.random.pick(&["is keep", "is not keep", "is present", "is absent"]));
        let body = format!("on inspected where route {there}, provider pays {money} per pump");
        self.clause_of("decide: no decision, read", "provider", "fee", &body);
    }

    /// A clause that pays both ways, and a limit over it.
    fn both_ways(&mut self) {
        let number = self.clauses.len() + 1;
        let (one, two, three) = (self.money(), self.money(), self.money());
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let month = self.month();
        let text = format!(
            "clause {number} \"C{number}\" {{\n    on failed, provider pays {one} per pump{not} as indemnity\n    on restored, customer pays {two} per pump{not} as bonus\n}}\nclause {} \"C{}\" {{ on removed, customer pays {three} per pump{not} as fee }}",
            number + 1,
            number + 1
        );
        self.push("both ways", text);
        let (limit, stated) = (number + 2, self.random.between(1, 150));
        let how = self.random.pick(&["at most", "at least"]);
        let net = match self.random.below(3) {
            0 => "gross".to_owned(),
            1 => format!("netted with clause {}", number + 1),
            _ => format!("netted with clause {number}"),
        };
        let indexed = if self.indexations.is_empty() { "" } else { "not indexed, " };
        let cut = if self.whole_months { "" } else { "in full, " };
        let text =
            format!("provider owes {how} {stated}.00 EUR per {month}, {indexed}{cut}{net}, under clause {number}");
        self.push("limit: money the other way", format!("clause {limit} \"C{limit}\" {{ {text} }}"));
        (number..=limit).for_each(|number| self.clauses.push((number, "limit", "indemnity")));
    }

    /// A clause that was not in force.
    fn inserted(&mut self, frame: &Frame) {
        if self.pieces.iter().any(|piece| piece.feature.starts_with("amended")) {
            return;
        }
        let number = self.clauses.len() + 1;
        let (first, last) = frame.term;
        let day: Date =
            first.plus_days(i32::try_from(self.random.between(20, first.days_until(last) - 30)).unwrap_or(40));
        let cut = self.random.pick(&[
            "",
            ", a window that is cut goes by its start",
            ", a window that is cut goes by its end",
        ]);
        let (body, nature) = self.text_inserted();
        let text = format!(
            "amendment 1 to N-1 signed {first}, in force from {day}{cut} {{\n    insert clause {number} \"C{number}\" {{ {body} as {nature} }}\n}}"
        );
        self.push("amended: a new clause", text);
        self.clauses.push((number, "limit", "indemnity"));
    }

    fn text_inserted(&mut self) -> (String, &'static str) {
        let (money, month, days) = (self.money(), self.month(), self.random.day_count());
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        match self.random.below(4) {
            0 => (format!("on failed, provider pays {money} per pump{not}"), "fee"),
            1 => (format!("each {month}, customer pays {money}{not}"), "interest"),
            2 => (format!("customer pays {money} per pump per day while in_service, {days}{not}"), "price"),
            _ => (format!("provider pays {money} per pump per hour commenced while down{not}"), "indemnity"),
        }
    }

    /// A number by an attribute that two families have.
    fn of_two_families(&mut self) {
        let (name, window) = (format!("shared_{}", self.pieces.len()), self.window());
        let body = self.random.pick(&[
            "count of failed + count of hauled",
            "count of hauled / count of failed, at most 100%, not rounded, empty : nothing due",
        ]);
        let of = if body.contains('/') { Of::Share } else { Of::Count };
        self.push(
            "by an attribute of two families",
            format!("define {name} per site of pump or van per {window} = {body}"),
        );
        let (value, money) = (self.value_of(of), self.money());
        self.clause_of("when", "customer", "fee", &format!("when {name} is at least {value}, customer pays {money}"));
    }

    /// A deposit of which a part comes back and the rest later.
    fn rest_stays(&mut self) {
        let number = self.clauses.len() + 1;
        let amount = self.random.pick(&[
            "25.00 EUR",
            "10% of worth_new",
            "by size { when small : 12.35 EUR  when large : 30.00 EUR }",
        ]);
        let matched = self.random.pick(&["matched by serial", "matched by serial", "oldest first", "latest first"]);
        let share = self.random.pick(&["60%", "by grade { when A, B : 50%  otherwise : 12.5% }", "33.333%"]);
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let last = self.random.pick(&[
            "provider keeps clause N in full MATCHED as sale",
            "provider pays 100% of clause N MATCHED as deposit",
            "provider pays 40% of clause N MATCHED as deposit, the rest as indemnity",
        ]);
        let last = last.replace('N', &number.to_string()).replace("MATCHED", matched);
        let body = format!(
            "on filled, customer pays {amount} per keg{not} as deposit\n    on emptied, provider pays {share} of clause {number} {matched} as deposit, the rest stays held\n    on lost_keg, {last}"
        );
        self.push("deposit: the rest stays held", format!("clause {number} \"C{number}\" {{\n    {body}\n}}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    /// A state that a party declares, of two that the event names.
    fn barred(&mut self) {
        let name = format!("state_{}", self.states.len());
        let (by, field) = (self.random.pick(&["provider", "customer"]), self.random.pick(&["declarer", "witness"]));
        self.push(
            "state: declared by a party that is named",
            format!("define {name} = from barred to unbarred, declared by {by}, named in {field}"),
        );
        self.states.push(name.clone());
        let (money, days) = (self.money(), self.random.day_count());
        self.clause_of(
            "rate for time: days",
            "customer",
            "price",
            &format!("customer pays {money} per pump per day while {name}, {days}"),
        );
    }

    /// An event that counts when it was recorded.
    fn told_later(&mut self) {
        let money = self.money();
        match self.random.below(2) {
            0 => {
                let (name, window) = (format!("told_{}", self.pieces.len()), self.window());
                let groups = self.random.pick(&["", " per pump", " per site"]);
                self.push("count: when recorded", format!("define {name}{groups} per {window} = count of phoned"));
                self.measures.push(Measure { name, window, groups, of: Of::Count });
            }
            _ => self.clause_of(
                "on an event: when recorded",
                "provider",
                "fee",
                &format!("on phoned, provider pays {money} per pump"),
            ),
        }
    }
}
