//! Scenarios fit the contract: their events, fields, names and kinds of value are those of the text.

use crate::base::code::Code;
use crate::base::quantity::Unit;
use crate::base::time::{Date, Instant};
use crate::base::value::Kind;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, EventKind, Field, Measure, Policy, TermBody};
use crate::check::values::Context;
use crate::syntax::tree::{Assume, Expected, Expr, ExprNode, Item, Scenario, ScenarioEvent, Step, Wanted, Word};

impl Checker<'_> {
    /// Checks all scenarios.
    pub(super) fn check_scenarios(&mut self) {
        let file = self.file;
        for item in &file.items {
            if let Item::Scenario(scenario) = item {
                self.scenario(scenario);
            }
        }
    }

    fn scenario(&mut self, scenario: &Scenario) {
        let header: Vec<&str> = match &scenario.table {
            Some(table) => table.header.iter().map(|word| word.node.as_str()).collect(),
            None => Vec::new(),
        };
        if !scenario.steps.iter().any(|step| matches!(step, Step::Expect(_))) {
            let help = "add a line such as `expect clause 3.1 in 2026-03 = 42.00 EUR`";
            self.wrong::<()>(Code::C032, scenario.title.span, "the scenario expects nothing".to_owned(), help);
        }
        for (span, values) in scenario.table.iter().flat_map(|table| &table.rows) {
            if values.len() != header.len() {
                let message = format!("the row has {} values, the header {} names", values.len(), header.len());
                self.wrong::<()>(Code::C032, *span, message, "give one value for each name");
            }
        }
        for step in &scenario.steps {
            match step {
                Step::Event(event) => self.scenario_event(event, &header),
                Step::Assume(assume) => self.assumption(assume, &header),
                Step::Expect(expect) => self.expectation(&expect.what, &header),
            }
        }
    }

    fn scenario_event(&mut self, event: &ScenarioEvent, header: &[&str]) {
        let Some(kind) = self.find_kind(&event.kind.node).and_then(|id| self.kinds.get(id.index())).cloned() else {
            let kinds = self.kinds.clone();
            let known: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
            self.unknown::<()>("event", &event.kind.node, event.kind.span, &known);
            return;
        };
        self.scenario_asset(event, &kind);
        if let Some((day, time)) = &event.recorded
            && self.zone.at(day.node, *time) < self.zone.at(event.date.node, event.time)
        {
            let help = "write the later day, with its time of day if it is the same day";
            self.wrong::<()>(Code::C032, day.span, "the event is recorded before it happens".to_owned(), help);
        }
        for (name, value) in &event.fields {
            let Some(field) = kind.fields.iter().find(|field| field.name == name.node) else {
                let known: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
                self.unknown::<()>(&format!("field of `{}`", kind.name), &name.node, name.span, &known);
                continue;
            };
            self.scenario_fact(value, &field.kind, header);
        }
        let given = |name: &str| event.fields.iter().any(|(field, _)| field.node == name);
        if let Some(field) = kind.fields.iter().find(|field| !field.optional && !given(&field.name)) {
            let message = format!("`{}` comes without its field `{}`", kind.name, field.name);
            let help = format!("add `{{ {} … }}`, or declare the field `optional`", field.name);
            self.wrong::<()>(Code::C032, event.span, message, help);
        }
    }

    fn scenario_asset(&mut self, event: &ScenarioEvent, kind: &EventKind) {
        match (&event.asset, kind.family) {
            (None, Some(_)) => {
                let help = format!("name the asset behind it: `{} P1`", kind.name);
                self.wrong::<()>(Code::C032, event.span, format!("`{}` happens to an asset", kind.name), help);
            }
            (Some(asset), None) => {
                let message = format!("`{}` happens without an asset", kind.name);
                self.wrong::<()>(Code::C032, asset.span, message, "remove the name behind it");
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
        if let Some(quantity) = &event.quantity
            && quantity.node.to_i64().is_none_or(|lot| lot <= 0)
        {
            self.wrong::<()>(
                Code::C032,
                quantity.span,
                "a lot is a whole number above zero".to_owned(),
                "write `40 crate`",
            );
        }
    }

    /// A value of a scenario; a word of the table's header stands for the row's values.
    fn scenario_value(&mut self, value: &Expr, kind: &Kind, header: &[&str]) {
        if matches!(&*value.node, ExprNode::Name(name) if header.contains(&name.as_str())) {
            return;
        }
        if *kind == Kind::Text && matches!(&*value.node, ExprNode::Name(_)) {
            return;
        }
        if *kind == Kind::Instant {
            return self.scenario_instant(value);
        }
        // Members of families of parties are known by data alone.
        let named = matches!(&*value.node, ExprNode::Name(_) | ExprNode::Text(_));
        if *kind == Kind::Party && self.has_party_families() && named {
            return;
        }
        let checked = self.value_like(value, kind, &Context::default());
        if checked.is_some() && crate::check::kinds::is_quantity(kind) && !self.is_stated(value) {
            let help = "write a number, an amount or a time in units of the clock, or a sum of such";
            self.wrong::<()>(Code::C032, value.span, "a scenario states its figures as numbers".to_owned(), help);
        }
    }

    /// The value of a field or attribute, which is one figure as a feed would bring it.
    fn scenario_fact(&mut self, value: &Expr, kind: &Kind, header: &[&str]) {
        self.scenario_value(value, kind, header);
        if matches!(&*value.node, ExprNode::Arithmetic(..)) {
            let message = "a feed brings figures, not computations".to_owned();
            self.wrong::<()>(Code::C032, value.span, message, "write the figure that it comes to");
        }
    }

    /// A day with a time of day, a day, or an instant as a feed writes it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is an instant")]
    fn scenario_instant(&mut self, value: &Expr) {
        let known = match &*value.node {
            ExprNode::Date(_) => true,
            ExprNode::Text(text) => self.zone.moment(text).or_else(|| Instant::parse_rfc3339(text)).is_some(),
            _ => false,
        };
        if !known {
            let help = "write a day and a time of day, such as `2026-03-05 09:00`";
            self.wrong::<()>(Code::C032, value.span, "an instant is expected here".to_owned(), help);
        }
    }

    /// Whether a figure is made of numbers alone, without names and units of the contract's own.
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is a number")]
    fn is_stated(&mut self, value: &Expr) -> bool {
        match &*value.node {
            ExprNode::Number(_) | ExprNode::Percent(_) | ExprNode::Nothing => true,
            ExprNode::Measured(_, unit) => {
                if crate::base::quantity::Unit::of_time(&unit.node).is_some()
                    || self.unit_of_hours(&unit.node).is_some()
                {
                    return true;
                }
                let singular = unit.node.strip_suffix('s').unwrap_or(&unit.node).to_owned();
                ![unit.node.as_str(), singular.as_str()].iter().any(|name| self.defines.contains_key(*name))
            }
            ExprNode::Negated(inner) => self.is_stated(inner),
            ExprNode::Arithmetic(_, a, b) => self.is_stated(a) && self.is_stated(b),
            _ => false,
        }
    }

    fn assumption(&mut self, assume: &Assume, header: &[&str]) {
        let name = &assume.name.node;
        if self.find_series(name).is_some() {
            self.used.push(name.clone());
            self.assumed_index(assume, header);
            return;
        }
        let of_index = assume.provisional.or(assume.published.as_ref().map(|day| day.span));
        if let Some(span) = of_index {
            let help = "name an index before it: `assume labour_cost in 2025-10, provisional = 123.1`";
            self.wrong::<()>(Code::C032, span, "only values of an index are published".to_owned(), help);
            return;
        }
        self.scenario_period(assume.period.as_ref());
        let attributes = self.families.iter().flat_map(|family| &family.attributes);
        let attribute = attributes.into_iter().find(|field| field.name == *name).map(|field| field.kind.clone());
        if let Some(kind) = attribute {
            if assume.of.is_none() {
                let help = format!("write `assume {name} of P1 = …`");
                self.wrong::<()>(Code::C032, assume.span, format!("`{name}` is an attribute of an asset"), help);
            }
            self.scenario_fact(&assume.value, &kind, header);
            return;
        }
        if let Some(kind) = self.measure_kind(name) {
            self.scenario_value(&assume.value, &kind, header);
            self.assumed_group(assume, header);
            return;
        }
        let names = self.assumable();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        self.unknown::<()>("attribute or measure", name, assume.name.span, &known);
    }

    /// The group of which a measure is set: one name for each of its groups, and a word of its list for one of words.
    fn assumed_group(&mut self, assume: &Assume, header: &[&str]) {
        let name = &assume.name.node;
        let Some(of) = assume.of.as_ref().filter(|of| !header.contains(&of.node.as_str())) else { return };
        let Some(dims) = self.measure_dims(name) else { return };
        let groups: Vec<(String, Option<Kind>)> = dims.iter().map(|dim| self.group_of(dim)).collect();
        let called: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
        let parts: Vec<&str> = if groups.len() == 1 { vec![&of.node] } else { of.node.split(", ").collect() };
        if parts.len() != groups.len() {
            let (message, help) = if groups.is_empty() {
                (format!("`{name}` has no groups"), format!("leave out `of {}`", of.node))
            } else {
                let message = format!("`{name}` is told apart by {}", called.join(" and "));
                (message, format!("name them together: `assume {name} of \"{}\"`", called.join(", ").to_uppercase()))
            };
            self.wrong::<()>(Code::C032, of.span, message, help);
            return;
        }
        for (part, (group, kind)) in parts.into_iter().zip(groups) {
            let words = match kind {
                Some(Kind::Choice(words)) => words,
                Some(Kind::Flag) => ["yes", "no"].map(str::to_owned).to_vec(),
                Some(
                    Kind::Number
                    | Kind::Percentage
                    | Kind::Money(_)
                    | Kind::Quantity(_)
                    | Kind::Text
                    | Kind::Date
                    | Kind::Instant
                    | Kind::Party,
                )
                | None => continue,
            };
            if !words.iter().any(|word| word == part) {
                let message = format!("`{part}` is no value of `{group}`: {}", words.join(", "));
                self.wrong::<()>(Code::C032, of.span, message, "name one of these");
            }
        }
    }

    /// What a group is called, and the kind of its values where they are not assets, events or parties.
    fn group_of(&self, dim: &Dimension) -> (String, Option<Kind>) {
        let of_field = |field: &Field| (field.name.clone(), Some(field.kind.clone()));
        let found = match dim {
            Dimension::Asset(family) => self.families.get(family.index()).map(|family| (family.name.clone(), None)),
            Dimension::Attribute(family, attribute) => {
                let family = self.families.get(family.index());
                family.and_then(|family| family.attributes.get(attribute.index())).map(of_field)
            }
            Dimension::Field(kind, field) => {
                let kind = self.kinds.get(kind.index());
                kind.and_then(|kind| kind.fields.get(field.index())).map(of_field)
            }
            Dimension::Event(kind) => self.kinds.get(kind.index()).map(|kind| (kind.name.clone(), None)),
            Dimension::Decided(_, table, output) => {
                let table = self.dispositions.get(table.index());
                let output = table.and_then(|table| table.outputs.get(*output));
                output.map(|(name, kind)| (name.clone(), Some(kind.clone())))
            }
            Dimension::Depositor(_) | Dimension::Bearer(_) => None,
        };
        found.unwrap_or_else(|| ("party".to_owned(), None))
    }

    /// A value of an index: of a month, a number.
    fn assumed_index(&mut self, assume: &Assume, header: &[&str]) {
        let month =
            assume.period.as_ref().is_some_and(|period| crate::base::time::Month::parse(&period.node).is_some());
        if !month || assume.of.is_some() {
            let help = format!("write `assume {} in 2025-10 = 123.1`", assume.name.node);
            self.wrong::<()>(Code::C032, assume.span, "an index has one value for each month".to_owned(), help);
        }
        self.scenario_value(&assume.value, &Kind::Number, header);
    }

    fn measure_of_name(&mut self, name: &str) -> Option<&Measure> {
        let id = self.find_term(name)?;
        match &self.terms.get(id.index())?.body {
            TermBody::Measure(measure) => Some(measure),
            TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_) => None,
        }
    }

    fn measure_kind(&mut self, name: &str) -> Option<Kind> {
        self.measure_of_name(name).map(|measure| measure.value.kind.clone())
    }

    fn measure_dims(&mut self, name: &str) -> Option<Vec<Dimension>> {
        self.measure_of_name(name).map(|measure| measure.dims.clone())
    }

    fn assumable(&self) -> Vec<String> {
        let attributes =
            self.families.iter().flat_map(|family| family.attributes.iter().map(|field| field.name.clone()));
        let series = self.series.iter().map(|series| series.name.clone());
        attributes.chain(self.measure_names()).chain(series).collect()
    }

    fn measure_names(&self) -> Vec<String> {
        let measures = self.terms.iter().filter(|term| matches!(term.body, TermBody::Measure(_)));
        measures.map(|term| term.name.clone()).collect()
    }

    fn scenario_period(&mut self, period: Option<&Word>) {
        let Some(word) = period else { return };
        let text = &word.node;
        let day = Date::parse(text)
            .or_else(|| Date::parse(&format!("{text}-01")))
            .or_else(|| Date::parse(&format!("{text}-01-01")));
        let (first, last) = self.term;
        match day {
            None => {
                let message = format!("`{text}` is no day, month or year");
                self.wrong::<()>(Code::C032, word.span, message, "write `2026-03-15`, `2026-03` or `2026`");
            }
            Some(_) if last < first => {}
            Some(day) if day > last || (day < first && day.plus_days(366) <= first) => {
                let message = format!("{text} lies outside the term, {first} to {last}");
                self.wrong::<()>(Code::C032, word.span, message, "state a period of the term");
            }
            Some(_) => {}
        }
    }

    fn expectation(&mut self, what: &Expected, header: &[&str]) {
        match what {
            Expected::Clause { number, period, wanted, .. } => {
                self.clause_id(number);
                self.scenario_period(period.as_ref());
                self.wanted_amount(wanted, header);
            }
            Expected::Deposits { number, period, wanted, .. } => {
                self.deposits_of_clause(number);
                self.scenario_period(period.as_ref());
                self.wanted_amount(wanted, header);
            }
            Expected::Right { number, period, .. } => {
                self.expected_right(number);
                self.scenario_period(period.as_ref());
            }
            Expected::Total { party, paid_by, with_tax, period, wanted } => {
                if let Some(span) = with_tax.filter(|_| self.conventions.taxes.rates.is_empty()) {
                    let help = "remove `with tax`, or add a rate to the conventions, such as `tax 20% on price`";
                    self.wrong::<()>(Code::C032, span, "the contract knows no tax".to_owned(), help);
                }
                for party in std::iter::once(party).chain(paid_by) {
                    self.expected_party(party);
                }
                self.scenario_period(period.as_ref());
                self.wanted_amount(wanted, header);
            }
            Expected::Value { name, period, wanted, .. } => {
                self.scenario_period(period.as_ref());
                self.expected_value(name, wanted, header);
            }
            Expected::Due { name, time, .. } => self.expected_due(name, *time),
            Expected::Obligation { name, by, .. } => {
                let expr = Expr { node: Box::new(ExprNode::Name(name.node.clone())), span: name.span };
                self.obligation_named(&expr);
                if let Some(by) = by.as_ref().filter(|by| !matches!(&*by.node, ExprNode::Name(_))) {
                    self.duration(by);
                }
            }
        }
    }

    fn wanted_amount(&mut self, wanted: &Wanted, header: &[&str]) {
        match wanted {
            Wanted::Amount(amount) => self.scenario_value(amount, &Kind::Money(self.currency), header),
            Wanted::Held => {}
        }
    }

    fn expected_party(&mut self, party: &Word) {
        if self.find_party(&party.node).is_none() && !self.has_party_families() {
            let parties = self.parties.clone();
            let known: Vec<&str> = parties.iter().map(|party| party.role.as_str()).collect();
            self.unknown::<()>("party", &party.node, party.span, &known);
        }
    }

    /// A time in days is due on a day, one in hours at an instant.
    fn expected_due(&mut self, name: &Word, time: Option<u32>) {
        let expr = Expr { node: Box::new(ExprNode::Name(name.node.clone())), span: name.span };
        let Some(id) = self.obligation_named(&expr) else { return };
        let Some(unit) = self.obligations.get(id.index()).map(|obligation| obligation.unit.clone()) else { return };
        let exact = matches!(unit, Unit::Second | Unit::WorkingSecond(_));
        if exact != time.is_some() {
            let (message, help) = if exact {
                ("is due at a time of day", "add the time: `is due 2026-03-03 15:00`")
            } else {
                ("is due on a whole day", "leave the time out: `is due 2026-03-03`")
            };
            self.wrong::<()>(Code::C032, name.span, format!("`{}` {message}", name.node), help);
        }
    }

    /// A measure, or an output of a table.
    fn expected_value(&mut self, name: &Word, wanted: &Wanted, header: &[&str]) {
        let outputs =
            self.dispositions.iter().flat_map(|table| table.outputs.iter().map(move |output| (table, output)));
        let output = outputs.into_iter().find(|(_, (output, _))| *output == name.node).map(|(table, (_, kind))| {
            let counts = table.policy == Policy::Collect(crate::base::vocabulary::Collect::Count);
            if counts { Kind::Number } else { kind.clone() }
        });
        let coefficient = self.find_indexation(&name.node).map(|_| Kind::Number);
        if let (Some(_), Wanted::Held) = (&output, wanted) {
            let help = "expect what is decided; where nothing is, write `= nothing` of a word";
            let message = "what a decision table gives is decided or not, and never held".to_owned();
            self.wrong::<()>(Code::C032, name.span, message, help);
        } else if let Some(kind) = output.or(coefficient).or_else(|| self.measure_kind(&name.node)) {
            match wanted {
                Wanted::Amount(value) => self.scenario_value(value, &kind, header),
                Wanted::Held => {}
            }
        } else {
            let outputs = self.dispositions.iter().flat_map(|table| table.outputs.iter().map(|(name, _)| name.clone()));
            let names: Vec<String> = outputs.chain(self.measure_names()).collect();
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            self.unknown::<()>("measure or decision", &name.node, name.span, &known);
        }
    }
}
