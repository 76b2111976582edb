//! Indices and indexations of random contracts, and what is published.

use consigne::base::time::Date;

use super::super::{Frame, Random};
use super::Writer;

/// The indices that contracts may declare, and how often each is published.
const INDICES: [(&str, &str, i64); 3] =
    [("labour_cost", "monthly", 1), ("cpi", "quarterly", 3), ("steel", "monthly", 1)];

/// Rows of the table of indices: late, provisional, corrected and missing ones too.
pub(in super::super) fn published(random: &mut Random, frame: &Frame, gaps: bool) -> Vec<String> {
    let first = frame.term.0.as_month().plus(-30);
    let mut rows = Vec::new();
    for (name, _, every) in INDICES {
        let mut value = random.between(900, 1_300);
        let gaps = gaps || random.one_in(4);
        let mut gap = 0;
        for place in 0..48 / every {
            let month = first.plus(place * every);
            value += random.between(-12, 25);
            if gaps && random.one_in(9) {
                gap = random.between(1, 4);
            }
            if gap > 0 {
                gap -= 1;
                continue;
            }
            let row = |value: i64, published: &str, status: &str| {
                format!("{name},{month},{}.{},{published},{status}", value / 10, value % 10)
            };
            let day = |days: i64| {
                let day: Date = month.last().plus_days(i32::try_from(days).unwrap_or(0));
                day.to_string()
            };
            match random.below(8) {
                0 => {
                    rows.push(row(value, &day(20), "provisional"));
                    rows.push(row(value + random.between(-5, 5), &day(80), "final"));
                }
                1 => rows.push(row(value, &day(20), "provisional")),
                2 => rows.push(row(value, "", "")),
                _ => rows.push(row(value, &day(random.between(5, 75)), "final")),
            }
        }
    }
    rows
}

impl Writer<'_> {
    /// An indexation with its indices.
    pub(super) fn indexation(&mut self, frame: &Frame) {
        if self.indexations.is_empty() {
            for (name, every, _) in INDICES {
                let continued = if name == "labour_cost" && self.random.one_in(4) {
                    let from = frame.term.0.as_month().plus(self.random.between(-3, 6));
                    format!(" continued by steel times 1.0725 from {from}, rounded to 0.1 half up")
                } else {
                    String::new()
                };
                self.push("index", format!("index {name} \"{name}\" {every}{continued}"));
            }
        }
        let name = format!("coefficient_{}", self.indexations.len());
        let base = frame.term.0.as_month().plus(-self.random.between(4, 9));
        let index = self.random.pick(&["labour_cost", "labour_cost", "cpi"]);
        let serviced = self.random.one_in(3);
        let chained = !serviced && self.random.one_in(3);
        let month = match self.random.below(4) {
            _ if serviced => self.random.pick(&["service", "service - 1 month", "settlement - 1 month", "settlement"]),
            0 => "latest published at revision",
            1 => "revision",
            _ => "revision - 3 months",
        };
        let formula = match self.random.below(3) {
            _ if chained => match self.random.below(2) {
                0 => "1.021".to_owned(),
                _ => format!("{index}[revision - 6 months] / {index}[revision - 12 months]"),
            },
            0 => format!("{index}[{month}] / {index}[{base}]"),
            1 if self.random.one_in(2) => self.bent(&format!("{index}[{month}] / {index}[{base}]")),
            1 => format!("0.15 + 0.85 * {index}[{month}] / {index}[{base}]"),
            _ => format!("0.125 + 0.5 * {index}[{month}] / {index}[{base}] + 0.375 * steel[{month}] / steel[{base}]"),
        };
        let rest = self.rest_of_indexation(frame, (serviced, chained), formula == "1.021");
        let feature = match (serviced, chained) {
            (true, _) => "indexation: by month",
            (false, true) => "indexation: chained",
            (false, false) => "indexation: revised",
        };
        let text = format!("indexation {name} {{\n    coefficient {formula}\n    {rest}\n}}");
        self.indexations.push(name);
        self.push(feature, text);
    }

    /// A coefficient that does not follow its index evenly.
    fn bent(&mut self, ratio: &str) -> String {
        match self.random.below(4) {
            0 => format!("by {ratio} {{ up to 1.004 : 1  up to 1.01 : {ratio}  above : 1.013 }}"),
            1 => format!("1 + excess of {ratio} over 1"),
            2 => format!("1 - 0.5 * (shortfall of {ratio} below 1)"),
            _ => format!("-(0.5 - 1.5 * {ratio})"),
        }
    }

    /// A notice of the movement of each coefficient, of a kind that goes by how much was written before.
    pub(super) fn notices(&mut self) {
        for (place, name) in self.indexations.clone().into_iter().enumerate() {
            let number = 90 + place;
            let draw = self.pieces.len() + place;
            let way = ["moves by", "rises by", "falls by"][draw % 3];
            let (least, share) = (["more than", "at least"][draw % 2], ["0%", "0.5%", "2.1%", "4%"][draw % 4]);
            let since = [
                "per revision",
                "in all, before limits",
                "in all",
                "per revision, after limits",
                "per revision, before limits",
                "in all, after limits",
            ][draw / 2 % 6];
            let text = format!("when {name} {way} {least} {share} {since}, customer may \"renegotiate\"");
            self.push("right: a movement of a coefficient", format!("clause {number} \"C{number}\" {{ {text} }}"));
        }
    }

    /// Rounding, revisions, chain and limits.
    fn rest_of_indexation(&mut self, frame: &Frame, (serviced, chained): (bool, bool), fixed: bool) -> String {
        let rounded = self.random.pick(&[
            "not rounded",
            "rounded to 0.001 upward at the end",
            "rounded to 0.0001 half even at every step",
        ]);
        let day = frame.term.0;
        let revised = match self.random.below(4) {
            _ if serviced => String::new(),
            0 => "revised each month".to_owned(),
            1 => "revised each 1 April".to_owned(),
            2 => format!("revised every 3 months from {}", day.as_month().next().first()),
            _ => format!("revised every 12 months from {}", day.as_month().first()),
        };
        let chain = if chained {
            self.random.pick(&[
                "chained on exact amounts",
                "chained on amounts rounded to 0.01 half up",
                "chained on rounded amounts",
            ])
        } else if serviced {
            ""
        } else {
            self.random.pick(&["", "", "from the original"])
        };
        let mut limits = String::new();
        if !serviced && self.random.one_in(3) {
            limits.push_str(self.random.pick(&["\n    at most 2% per revision", "\n    at least -1% per revision"]));
        }
        if self.random.one_in(4) {
            limits.push_str(self.random.pick(&["\n    at most 3% in all", "\n    at least -0.5% in all"]));
        }
        let fall = if serviced { "may fall" } else { self.random.pick(&["may fall", "may not fall"]) };
        let threshold =
            if !serviced && self.random.one_in(4) { "\n    only when the movement is at least 1%" } else { "" };
        let provisional = self.random.pick(&["settle then correct", "settle then correct", "wait"]);
        let missing = self.random.pick(&[
            "held",
            "hold last value for 2 months, then stop",
            "hold last value",
            "hold last value",
            if serviced { "held" } else { "hold last coefficient" },
        ]);
        let values =
            if fixed { String::new() } else { format!("\n    provisional : {provisional}\n    missing : {missing}") };
        format!("{rounded}\n    {revised}\n    {chain}{limits}\n    {fall}{threshold}{values}")
    }

    /// `indexed by …` or `not indexed`, where a contract has an indexation.
    pub(super) fn indexed_or_not(&mut self) -> String {
        let names = self.indexations.clone();
        let refs: Vec<&str> = names.iter().map(String::as_str).collect();
        if refs.is_empty() {
            return String::new();
        }
        if self.random.one_in(3) {
            return " not indexed".to_owned();
        }
        format!(" indexed by {}", self.random.pick(&refs))
    }
}
