//! Parts of random contracts that the language allows and hardly any contract has.

use super::{Measure, Of, Writer};

impl Writer<'_> {
    /// One of the scarcest parts.
    pub(super) fn scarce(&mut self) {
        match self.random.below(13) {
            0 => self.rolling_part(),
            1 => self.computed_limit(),
            2 => self.limit_of_its_own(),
            3 => self.time_behind_a_condition(),
            4 => self.part_on_an_event(),
            5 => self.rate_by_a_number(),
            6 => self.state_until_later(),
            7 => self.other_times(),
            8 => self.coefficient_as_a_number(),
            9 => self.rolling_of_rolling(),
            10 => self.meter_of_no_asset(),
            11 => self.rank_paid_once(),
            _ => self.grouped_by_other_kinds(),
        }
    }

    fn calendar_month(&self) -> &'static str {
        if self.whole_months { "month" } else { "calendar month" }
    }

    /// A clause that is charged, and who pays by it.
    fn any_clause(&mut self) -> Option<(usize, &'static str)> {
        let clauses = self.clauses.clone();
        let refs: Vec<&(usize, &str, &str)> = clauses.iter().filter(|clause| clause.1 != "limit").collect();
        if refs.is_empty() {
            return None;
        }
        let (number, payer, _) = self.random.pick(&refs);
        Some((*number, *payer))
    }

    fn base_of_index(&mut self) -> &'static str {
        let base = self.random.pick(&["after indexation, ", "before indexation, "]);
        if self.indexations.is_empty() { "" } else { base }
    }

    fn limit_clause(&mut self, feature: &'static str, text: &str) {
        let number = self.clauses.len() + 1;
        self.push(feature, format!("clause {number} \"C{number}\" {{ {text} }}"));
        self.clauses.push((number, "limit", "indemnity"));
    }

    /// A rolling cap that is a part of a clause.
    fn rolling_part(&mut self) {
        let (Some((of, _)), Some((under, payer))) = (self.any_clause(), self.any_clause()) else { return };
        let months = self.random.pick(&["3 months", "6 months", "12 months"]);
        let (percent, base) = (self.random.between(5, 120), self.base_of_index());
        let group = self.random.pick(&["", "", " per pump"]);
        let text = format!(
            "{payer} owes at most {percent}% of clause {of} as charged{group} per rolling {months}, {base}under clause {under}"
        );
        self.limit_clause("cap: rolling, a part of a clause", &text);
    }

    /// A limit whose amount is computed of clauses and numbers.
    fn computed_limit(&mut self) {
        let (Some((of, _)), Some((other, _)), Some((under, payer))) =
            (self.any_clause(), self.any_clause(), self.any_clause())
        else {
            return;
        };
        let (percent, window, base) = (self.random.between(5, 90), self.calendar_month(), self.base_of_index());
        let how = self.random.pick(&["at most", "at most", "at least", "nothing below"]);
        let amount = match self.random.below(5) {
            0 => format!("{percent}% of clause {of} as charged + 20.00 EUR"),
            1 => format!("(clause {of} as charged + clause {other} as charged) * 0.25"),
            2 => format!(
                "by clause {of} as charged {{ up to 50.00 EUR : 40.00 EUR  above : {percent}% of clause {other} as charged }}"
            ),
            3 => format!("excess of clause {of} as charged over {percent}.00 EUR"),
            _ => format!("clause {of} as charged / 3 - {percent}% of clause {other} as charged"),
        };
        let text = format!("{payer} owes {how} {amount} per {window}, {base}under clause {under}");
        self.limit_clause("limit: computed of clauses", &text);
    }

    /// A limit that stands in the clause itself.
    fn limit_of_its_own(&mut self) {
        let number = self.clauses.len() + 1;
        let (money, stated) = (self.money(), self.random.between(5, 200));
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let group = self.random.pick(&["", "", " per pump"]);
        let window = self.calendar_month();
        let how = self.random.pick(&["at most", "at most", "at least"]);
        let cut = match (self.whole_months, not) {
            (true, "") => "",
            (true, _) => "not indexed, ",
            (false, "") => "in full, ",
            (false, _) => "not indexed, in full, ",
        };
        let text = format!(
            "clause {number} \"C{number}\" {{\n    on failed, customer pays {money} per pump{not} as fee\n    customer owes {how} {stated}.00 EUR{group} per {window}, {cut}under clause {number}\n}}"
        );
        self.push("limit: in the clause itself", text);
        self.clauses.push((number, "customer", "fee"));
    }

    /// Time in a state, or lateness, that is paid for where a number says so.
    fn time_behind_a_condition(&mut self) {
        let Some(measure) = self.any(&[Of::Count, Of::Share, Of::Money, Of::Number]) else { return };
        let (money, value, days) = (self.money(), self.value_of(measure.of), self.random.day_count());
        let how = self.random.pick(&["is at least", "is at most", "is above"]);
        let least = self.random.pick(&["", "", ", at least 12.00 EUR"]);
        let duty = self.obligations.first().cloned();
        let opener = match self.random.below(4) {
            0 => format!("each {}", self.calendar_month()),
            _ => format!("when {} {how} {value}", measure.name),
        };
        let body = match (duty, self.random.below(3)) {
            (Some(duty), 0) => {
                format!("{opener}, provider pays {money} per pump per day commenced for lateness of {duty}{least}")
            }
            (_, 1) => format!("{opener}, provider pays {money} per pump per hour commenced while down{least}"),
            _ => format!("{opener}, provider pays {money} per pump per day while in_service, {days}{least}"),
        };
        self.clause_of("rate for time: behind a condition", "provider", "fee", &body);
    }

    /// A part of a clause for each event or obligation.
    fn part_on_an_event(&mut self) {
        let Some((of, _)) = self.any_clause() else { return };
        let percent = self.random.between(1, 60);
        let limit = self.random.pick(&["", "", ", at most 15.00 EUR"]);
        let opener = match (self.obligations.first().cloned(), self.random.below(3)) {
            (Some(duty), 0) => format!("when {duty} is {}", self.random.pick(&["met", "late"])),
            (_, 1) => "on inspected where grade is A".to_owned(),
            _ => "on failed".to_owned(),
        };
        let body = format!("{opener}, provider pays {percent}% of clause {of} as charged per pump{limit}");
        self.clause_of("percentage of a clause: for each event", "provider", "fee", &body);
    }

    /// A rate for time that goes by a number of the window.
    fn rate_by_a_number(&mut self) {
        let Some(measure) = self.any(&[Of::Count, Of::Number]) else { return };
        let (money, name, days) = (self.money(), measure.name, self.random.day_count());
        let body = match self.random.below(4) {
            0 => format!("customer pays {money} * {name} per pump per day while in_service, {days}"),
            1 => format!(
                "customer pays by {name} {{ up to 1 : {money}  above : 2.50 EUR }} per pump per day while down, {days}"
            ),
            2 => format!("customer pays {money} per pump per hour pro rata while down times {name}"),
            _ => match self.obligations.first().cloned() {
                Some(duty) => {
                    format!("provider pays {money} * {name} per pump per day commenced for lateness of {duty}")
                }
                None => return,
            },
        };
        let payer = if body.starts_with("provider") { "provider" } else { "customer" };
        self.clause_of("rate for time: by a number", payer, "fee", &body);
    }

    /// A state that ends or begins some months, business days or working hours after an event.
    fn state_until_later(&mut self) {
        let name = format!("state_{}", self.states.len());
        let time = self.random.pick(&[
            "1 month",
            "2 months",
            "3 business days",
            "5 working hours",
            "90 minutes",
            "12 workshop hours",
            "1 week",
        ]);
        let body = match self.random.below(3) {
            0 => format!("from {time} after failed to restored"),
            1 => format!("from failed to {time} after failed"),
            _ => format!("from installed to {time} after removed"),
        };
        self.push("state: some other time after an event", format!("define {name} = {body}"));
        self.states.push(name.clone());
        let (money, days) = (self.money(), self.random.day_count());
        let body = format!("customer pays {money} per pump per day while {name}, {days}");
        self.clause_of("rate for time: days", "customer", "price", &body);
    }

    /// An obligation with a time that is computed, or missed after a time in other units.
    fn other_times(&mut self) {
        let number = self.clauses.len() + 1;
        let within = match self.random.below(4) {
            0 => "(1 day * score) of serviced\n    first day not counted",
            1 => "(1 business day * score) of serviced\n    first day counted",
            2 => "(4 hours * score) of serviced",
            _ => "2 days of return_requested\n    first day not counted",
        };
        let missed = self.random.pick(&["1 month", "5 working hours", "36 hours", "90 minutes", "1 week"]);
        let money = self.money();
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let part = self.random.pick(&["commenced", "pro rata"]);
        let pay = match self.random.below(2) {
            0 => format!("when other_{number} is missed, provider pays {money} per pump{not} as fee"),
            _ => format!(
                "provider pays {money} per pump per hour {part} for lateness of other_{number}{not} as indemnity"
            ),
        };
        let text = format!(
            "clause {number} \"C{number}\" {{\n    obligation other_{number} : provider must have pump collected within {within}\n    missed after {missed}\n    {pay}\n}}"
        );
        self.push("obligation: other times", text);
        self.obligations.push(format!("other_{number}"));
        self.clauses.push((number, "provider", "indemnity"));
    }

    /// The name of an indexation in a value.
    fn coefficient_as_a_number(&mut self) {
        let names = self.indexations.clone();
        let Some(name) = names.first() else { return };
        let (money, days, month) = (self.money(), self.random.day_count(), self.calendar_month());
        let body = match self.random.below(5) {
            0 => format!("on failed, customer pays {money} * {name} per pump"),
            1 => format!("customer pays {money} * {name} per pump per day while in_service, {days}"),
            2 => format!("each {month}, customer pays {money}, at most 20.00 EUR * {name}"),
            3 => format!("each {month}, customer pays {money} times {name}"),
            _ => match self.obligations.first().cloned() {
                Some(duty) => {
                    format!("provider pays {money} * {name} per pump per day commenced for lateness of {duty}")
                }
                None => return,
            },
        };
        let number = self.clauses.len() + 1;
        let payer = if body.starts_with("provider") { "provider" } else { "customer" };
        self.push("indexation: a number", format!("clause {number} \"C{number}\" {{ {body} as fee }}"));
        self.clauses.push((number, payer, "fee"));
        if self.random.one_in(2) {
            let body = format!("each {month}, provider pays 7% of clause {number} as charged before indexation");
            let next = number + 1;
            self.push(
                "percentage of a clause: before indexation",
                format!("clause {next} \"C{next}\" {{ {body} as fee }}"),
            );
            self.clauses.push((next, "provider", "fee"));
        }
    }

    /// A rolling number that reads another one, in the same window and in earlier ones.
    fn rolling_of_rolling(&mut self) {
        let place = self.pieces.len();
        let groups = self.random.pick(&["", " per pump", " per site"]);
        let one = self.random.pick(&["3 months", "6 months", "12 months"]);
        let two = self.random.pick(&["rolling", "rolling", "period"]);
        let two = if two == "rolling" { format!("rolling {one}") } else { two.to_owned() };
        let short = self.random.pick(&["counts as it is", "nothing due", "held"]);
        let options = format!("counted again, a short window : {short}");
        self.push(
            "rolling window",
            format!("define inner_{place}{groups} per rolling {one} = count of failed, {options}"),
        );
        let body = match self.random.below(3) {
            0 => format!("inner_{place} * 2"),
            1 => format!("inner_{place} in the previous period, empty : counts as 0"),
            _ => format!(
                "{} of inner_{place} over the {} 3 periods, empty : counts as 1",
                self.random.pick(&["greatest", "total"]),
                self.random.pick(&["last", "previous"])
            ),
        };
        let options = if two == "period" { String::new() } else { format!(", {options}") };
        let body = if two == "period" { format!("inner_{place} + 1") } else { body };
        let text = format!("define outer_{place}{groups} per {two} = {body}{options}");
        self.push("rolling window: of a rolling number", text);
        let money = self.money();
        let body = format!("provider pays {money} for outer_{place}");
        self.clause_of("rolling window: a payment", "provider", "fee", &body);
    }

    /// A meter that belongs to no asset.
    fn meter_of_no_asset(&mut self) {
        let name = format!("metered_{}", self.pieces.len());
        let window = self.calendar_month();
        let missing =
            self.random.pick(&["adds nothing", "held", "counts as 30 kwh", "estimated from the last 2 months"]);
        let across = self.random.pick(&["in the later window", "by time"]);
        self.push(
            "meter: of no asset",
            format!(
                "define {name} per {window} = increase of metered.power, missing : {missing}, across a window : {across}"
            ),
        );
        let money = self.money();
        self.clause_of("rate for a number", "customer", "price", &format!("customer pays {money} for {name}"));
    }

    /// A rank of what is paid once, whatever its lot.
    fn rank_paid_once(&mut self) {
        let (money, over) = (self.money(), self.random.pick(&["calendar year", "calendar month", "rolling 90 days"]));
        let group = self.random.pick(&["customer", "lost.depot"]);
        let body = format!(
            "on lost, customer pays {money} times by rank of lost per {group} per {over} {{ up to 2 : 1  above : 1.5 }}"
        );
        self.clause_of("rank: paid once", "customer", "fee", &body);
    }

    /// A number by instants, texts, parties, days or words that are no list.
    fn grouped_by_other_kinds(&mut self) {
        let name = format!("grouped_{}", self.pieces.len());
        let window = self.window();
        let (groups, kind) = match self.random.below(5) {
            0 => (" per noticed.received", "noticed"),
            1 => (" per called.ticket", "called"),
            2 => (" per barred.declarer", "barred"),
            3 => (" per inspected.data_wiped", "inspected"),
            _ => (" per commissioned", "failed"),
        };
        self.push("count: by other kinds of values", format!("define {name}{groups} per {window} = count of {kind}"));
        self.measures.push(Measure { name: name.clone(), window, groups, of: Of::Count });
        let money = self.money();
        self.clause_of("rate for a number", "customer", "fee", &format!("customer pays {money} for {name}"));
    }
}
