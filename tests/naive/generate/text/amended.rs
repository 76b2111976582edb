//! Clauses that amendments replace, end or suspend, of random contracts.

use consigne::base::time::Date;

use super::super::Frame;
use super::{Of, Writer};

impl Writer<'_> {
    /// A clause of several texts.
    pub(super) fn amended(&mut self, frame: &Frame) {
        let which = self.random.below(15);
        self.amended_as(frame, which);
    }

    /// A clause of several texts, of one kind: 7 is a limit, 8 takes deposits, 9 meets another clause, 10 for
    /// the same event; 11 and 12 say so of two other clauses; 13 ends the deposits of another clause, 14 gives a right.
    pub(super) fn amended_as(&mut self, frame: &Frame, which: u64) {
        let (first, second) = match which {
            9 | 11 => ("serviced where score is below 5", "failed"),
            _ => ("inspected where data_wiped is no", "inspected where grade in (C, D)"),
        };
        if (9..=12).contains(&which) {
            self.pays_on(first);
        }
        if (11..=12).contains(&which) {
            self.pays_on(second);
        }
        let number = self.clauses.len() + 1;
        let matched = self.random.pick(&["matched by serial", "matched by serial", "oldest first", "latest first"]);
        if which == 8 && self.random.one_in(3) {
            self.keg_duty(number);
        }
        if which == 13 {
            let text = self.deposit_text(number, matched);
            self.push("deposit: ended by another clause", format!("clause {number} \"C{number}\" {{ {text} }}"));
            self.clauses.push((number, "limit", "indemnity"));
        }
        let number = self.clauses.len() + 1;
        let (one, two) = if which == 7 {
            self.amended_limits(number)
        } else {
            (self.text_of(which, number, matched), self.text_of(which, number, matched))
        };
        // At times the new text is of another kind.
        let two = if which < 6 && self.random.one_in(4) {
            let other = self.random.below(6);
            self.text_of(other, number, matched)
        } else {
            two
        };
        let (first, last) = frame.term;
        let days = i32::try_from(self.random.between(20, first.days_until(last) - 30)).unwrap_or(40);
        let day = first.plus_days(days);
        let day = if self.random.one_in(2) { day.as_month().next().first() } else { day };
        let of_duty = |text: &&String| text.contains(" is missed, ") || text.contains("when hold_");
        let opens = which == 6 || (which == 8 || which == 14) && [&one, &two].iter().any(of_duty);
        let head = self.head_of_amendment((which, opens), day);
        let change = match self.random.below(6) {
            0 => format!("end clause {number}"),
            _ => format!("replace clause {number} \"C{number}\" {{ {two} }}"),
        };
        let keeps = if which != 7 && self.random.one_in(3) {
            let before = day.plus_days(-i32::try_from(self.random.between(0, 60)).unwrap_or(0));
            let by = self.random.pick(&["pump with installed", "pump with failed", "pump with commissioned"]);
            let by = if which == 8 || which == 13 { "keg with filled" } else { by };
            format!("\n    {by} before {before} keeps clause {number}")
        } else {
            String::new()
        };
        let rest = if self.random.one_in(3) {
            let from = day.plus_days(i32::try_from(self.random.between(3, 25)).unwrap_or(3));
            let to = from.plus_days(i32::try_from(self.random.between(0, 40)).unwrap_or(0)).min(last);
            format!("\n    suspend clause {number} from {from} to {to}")
        } else {
            String::new()
        };
        let text = format!(
            "clause {number} \"C{number}\" {{ {one} }}\namendment 1 to N-1 signed {first}, in force from {day}{head} {{\n    {change}{keeps}{rest}\n}}"
        );
        self.push(feature_of(which), text);
        self.clauses.push((number, "limit", "indemnity"));
        if which == 8 && self.random.one_in(3) {
            let text = self.other_end(number, matched);
            let next = number + 1;
            self.push("deposit: ended by another clause", format!("clause {next} \"C{next}\" {{ {text} }}"));
            self.clauses.push((next, "limit", "indemnity"));
        }
    }

    /// The answers in the first line of an amendment.
    fn head_of_amendment(&mut self, (which, opens): (u64, bool), day: Date) -> String {
        let mut head = String::new();
        if opens {
            let way = self.random.pick(&["stay under the earlier text", "go over to the new text"]);
            head.push_str(&format!(", open obligations {way}"));
        }
        if which == 8 || which == 13 {
            let way = self.random.pick(&["stay under the earlier text", "go over to the new text"]);
            head.push_str(&format!(", held deposits {way}"));
        }
        if day.day() != 1 || self.random.one_in(4) {
            let way = self.random.pick(&[
                "",
                ", a window that is cut goes by its start",
                ", a window that is cut goes by its end",
            ]);
            head.push_str(way);
        }
        head
    }

    fn text_of(&mut self, which: u64, number: usize, matched: &str) -> String {
        let money = self.money();
        let days = self.random.day_count();
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let month = if self.whole_months { "month" } else { "calendar month" };
        match which {
            0 => format!("customer pays {money} per pump per day while in_service, {days}{not} as price"),
            1 => {
                format!(
                    "customer pays {money} per pump per {month} while in_service prorated by day, {days}{not} as price"
                )
            }
            2 => {
                let part = self.random.pick(&["pro rata", "commenced"]);
                format!("provider pays {money} per pump per hour {part} while down{not} as indemnity")
            }
            3 => format!("on failed, provider pays {money} per pump{not} as fee"),
            4 => format!("each {month}, customer pays {money}{not} as fee"),
            5 => {
                let part = self.random.pick(&["commenced", "completed"]);
                format!("customer pays {money} per pump per {month} {part} while in_service{not} as price")
            }
            6 => {
                let name = self.obligations.first().cloned().unwrap_or_else(|| "none".to_owned());
                let part = self.random.pick(&["commenced", "pro rata"]);
                format!("provider pays {money} per pump per day {part} for lateness of {name}{not} as indemnity")
            }
            8 => self.deposit_text(number, matched),
            13 => self.other_end(number - 1, matched),
            9 => format!("on failed, provider pays {money} per pump{not} as fee\n    {}", self.how(which, number)),
            10 => {
                let amount = self.random.pick(&["repair_cost", &money]).to_owned();
                let how = self.how(which, number);
                format!("on inspected where grade in (C, D), provider pays {amount} per pump{not} as fee\n    {how}")
            }
            11 | 12 => self.how(which, number - 1),
            14 => self.amended_right(),
            _ => String::new(),
        }
    }

    /// A right that an event gives, or else an obligation, a number or a movement.
    fn amended_right(&mut self) -> String {
        let duty = self.obligations.first().cloned();
        let indexation = self.indexations.first().cloned();
        match (self.random.below(6), duty, indexation, self.any(&[Of::Count, Of::Share, Of::Money])) {
            (0 | 1, Some(duty), ..) => {
                format!("when {duty} is missed, customer may \"complain\"")
            }
            (2, _, Some(name), _) => {
                let way = self.random.pick(&["moves", "rises"]);
                format!("when {name} {way} by more than 1% per revision, customer may \"renegotiate\"")
            }
            (3, _, _, Some(number)) => {
                let value = self.value_of(number.of);
                format!("when {} is at least {value}, customer may \"leave\"", number.name)
            }
            (4, ..) => "on inspected where grade in (C, D), customer may \"send it back\"".to_owned(),
            (5, ..) => "on inspected where data_wiped is no, customer may \"look into it\"".to_owned(),
            _ => "on failed, provider may \"look at it\"".to_owned(),
        }
    }

    /// How a clause meets the one before it.
    fn how(&mut self, which: u64, number: usize) -> String {
        let (other, month) = (number - 1, if self.whole_months { "month" } else { "calendar month" });
        let higher = format!("clauses {other} and {number} only the higher");
        let replaces = format!("clause {number} replaces clause {other}");
        let grain = format!("pump and {month}");
        let (replaced, compared) = if matches!(which, 10 | 12) {
            ("event", "event")
        } else {
            (self.random.pick(&[grain.as_str(), "pump"]), grain.as_str())
        };
        match self.random.below(4) {
            0 => format!("clause {number} adds to clause {other}"),
            1 => format!("{higher} for the same {compared}"),
            _ => format!("{replaces} for the same {replaced}"),
        }
    }

    /// A clause by which provider pays on an event.
    fn pays_on(&mut self, event: &str) {
        let number = self.clauses.len() + 1;
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let money = self.money();
        let text =
            format!("clause {number} \"C{number}\" {{ on {event}, provider pays {money} per pump{not} as fee }}");
        self.push("clauses that meet: first", text);
        self.clauses.push((number, "provider", "fee"));
    }

    /// Two texts of a limit, in most cases of one kind.
    fn amended_limits(&mut self, number: usize) -> (String, String) {
        let kind = self.random.below(5);
        let other = if self.random.one_in(3) { self.random.below(5) } else { kind };
        (self.amended_limit(number, kind), self.amended_limit(number, other))
    }

    fn amended_limit(&mut self, number: usize, kind: u64) -> String {
        let month = if self.whole_months { "month" } else { "calendar month" };
        let under = self.clauses.iter().find(|clause| clause.2 != "indemnity" && clause.1 != "limit").copied();
        let (under, payer, _) = under.unwrap_or((number, "customer", ""));
        let index = if self.indexations.is_empty() { "" } else { "not indexed, " };
        let cut = if self.whole_months { "" } else { "in full, " };
        let amount = format!("{}.00 EUR", self.random.between(1, 200));
        match kind {
            0 | 1 => {
                let carry = self.random.pick(&[
                    "over until it is used",
                    "over to the next month only, used first",
                    "over to the next month only, used last",
                ]);
                format!(
                    "{payer} owes at most {amount} per {month}, {index}{cut}unused is carried {carry}, under clause {under}"
                )
            }
            2 | 3 => {
                let months = self.random.pick(&["3 months", "6 months", "12 months"]);
                format!("{payer} owes at most {amount} per rolling {months}, {index}under clause {under}")
            }
            _ => {
                let way = self.random.pick(&["at most", "at least"]);
                format!("{payer} owes {way} {amount} per {month}, {index}{cut}under clause {under}")
            }
        }
    }
}

fn feature_of(which: u64) -> &'static str {
    match which {
        0..=2 => "amended: time",
        3 => "amended: an event",
        4 | 5 => "amended: a window",
        6 => "amended: lateness",
        7 => "amended: a limit",
        8 => "amended: deposits",
        9 => "amended: clauses that meet",
        10 => "amended: clauses that meet for one event",
        13 => "amended: what ends deposits",
        14 => "amended: a right",
        _ => "amended: how other clauses meet",
    }
}
