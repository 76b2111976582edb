//! What goes back, of random contracts of a pool: deposits of members, and clauses whose money goes both ways.

use super::Writer;

impl Writer<'_> {
    pub(super) fn deposit(&mut self) {
        let number = self.number + 1;
        let rate = self.rate("holder");
        let matched = self.random.pick(&[
            "matched by serial",
            "matched by serial",
            "oldest first per holder",
            "latest first per holder",
            "oldest first of all",
        ]);
        let (ends, back) = self.what_comes_back(number, matched);
        let takes = format!("holder pays {rate} to pool per pallet as deposit");
        if self.random.one_in(4) {
            let (duty, outcome) = self.what_takes_by_duty(number);
            let body = format!("{duty}\n    when hold_{number} is {outcome}, {takes}\n    {back}");
            self.clause("members: deposits by an outcome", "limit", &body);
            return;
        }
        // At times it cannot be told whether, or whose it is, or of which units of a lot.
        let taken = self.random.pick(&["issued", "issued", "issued", "moved", "ended", "checked", "failed"]);
        let only = self.random.pick(&["", "", "", " where grade in (A, B)", " where grade is C"]);
        let mut body = format!("on {taken}{only}, {takes}\n    {back}");
        if matched == "matched by serial" && self.random.one_in(2) {
            let days = format!("{} days", self.random.between(5, 60));
            let by_grade = "by grade { when A, B : 12 days  when C : 40 days }";
            let within = if self.random.one_in(3) { by_grade } else { &days };
            let outcome = self.random.pick(&["missed", "missed", "missed", "met"]);
            body.push_str(&format!(
                "\n    obligation bring_{number} : carrier must have pallet {ends} within {within} of {taken}\n        first day not counted\n        missed after {} days\n    when bring_{number} is {outcome}, pool keeps clause {number} in full as sale",
                self.random.pick(&["0", "15"])
            ));
        }
        let feature = if back.contains("stays held") { "members: the rest stays held" } else { "members: deposits" };
        self.clause(feature, "limit", &body);
    }

    /// An obligation by whose outcome a deposit is taken, and which one.
    fn what_takes_by_duty(&mut self, number: usize) -> (String, &'static str) {
        let who = self.random.pick(&["carrier", "carrier", "holder", "each partner"]);
        let (done, opened) =
            (self.random.pick(&["returned", "checked", "mended"]), self.random.pick(&["issued", "moved", "failed"]));
        let days = format!("{} days", self.random.between(5, 60));
        let within = if self.random.one_in(4) { "by grade { when A, B : 12 days  when C : 40 days }" } else { &days };
        let outcome = self.random.pick(&["late", "late", "met", "missed", "missed"]);
        let missed = if outcome == "missed" { self.random.pick(&["0", "0", "15"]) } else { "30" };
        let text = format!(
            "\n    obligation hold_{number} : {who} must have pallet {done} within {within} of {opened}\n        first day not counted\n        missed after {missed} days"
        );
        (text, outcome)
    }

    /// On which event deposits come back, and how; at times a part of them, and the rest later.
    fn what_comes_back(&mut self, number: usize, matched: &str) -> (&'static str, String) {
        let ends = self.random.pick(&["returned", "taken"]);
        let only = self.random.pick(&["", "", "", " where grade is A"]);
        if self.random.one_in(3) {
            let share = self.random.pick(&["60%", "33.333%", "by grade { when A, B : 50%  when C : 12.5% }"]);
            let last = self.random.pick(&["checked", "failed", "mended", ends]);
            let whole = if self.random.one_in(2) {
                format!("pool keeps clause {number} in full {matched} as sale")
            } else {
                format!("pool pays 100% of clause {number} {matched} as deposit")
            };
            let part = format!("pool pays {share} of clause {number} {matched} as deposit, the rest stays held");
            return (ends, format!("on {ends}{only}, {part}\n    on {last}, {whole}"));
        }
        let share = self.random.pick(&["100%", "100%", "60%", "by grade { when A, B : 100%  when C : 33.5% }"]);
        let rest = if share == "100%" { "" } else { ", the rest as indemnity" };
        (ends, format!("on {ends}{only}, pool pays {share} of clause {number} {matched} as deposit{rest}"))
    }

    /// A clause by which members pay and are paid, another one that pays them, and a limit over the first.
    pub(super) fn both_ways(&mut self) {
        let (one, two, three) = (self.rate("holder"), self.money(), self.money());
        let (out, home) = (self.random.pick(&["issued", "ended"]), self.random.pick(&["checked", "mended"]));
        let first = self.clause(
            "members: both ways",
            "both",
            &format!(
                "\n    on {out}, holder pays {one} to pool per pallet as fee\n    on {home}, pool pays {two} to holder per pallet as bonus\n"
            ),
        );
        let paid = self.random.pick(&["failed", "returned"]);
        let other = self.clause(
            "members: both ways",
            "pool",
            &format!("on {paid}, pool pays {three} to holder per pallet as indemnity"),
        );
        let net = match self.random.below(4) {
            0 => "gross".to_owned(),
            1 => format!("netted with clause {other}"),
            2 => format!("netted with clauses {first} and {other}"),
            _ => format!("netted with clause {first}"),
        };
        let month = if self.whole_months { "month" } else { "calendar month" };
        let (stated, how) = (self.random.between(1, 150), self.random.pick(&["at most", "at least"]));
        let cut = if self.whole_months { "" } else { "in full, " };
        let text =
            format!("each partner owes {how} {stated}.00 EUR to pool per {month}, {cut}{net}, under clause {first}");
        self.number += 1;
        let number = self.number;
        self.push("members: a limit over both ways", format!("clause {number} \"C{number}\" {{ {text} }}"));
    }
}
