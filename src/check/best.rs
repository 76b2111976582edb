//! Decisions by value: the option that is worth the most, or costs the least.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::DispositionId;
use crate::base::value::Kind;
use crate::base::vocabulary::Best;
use crate::check::checker::Checker;
use crate::check::contract::{Choice, Disposition, Policy, Rest};
use crate::check::kinds::describe;
use crate::check::value::{Point, Value};
use crate::check::values::Context;
use crate::syntax::tree::{self, Decide};

impl Checker<'_> {
    /// `highest of { option … }`
    pub(super) fn best_of(
        &mut self,
        decide: &Decide,
        highest: bool,
        first_of_equals: Option<bool>,
        context: &Context,
    ) -> Option<Disposition> {
        let (family, kind) = (context.family?, context.kind?);
        let mut options: Vec<Choice> = Vec::new();
        for option in &decide.options {
            options.extend(self.option_of(option, context));
        }
        let Some(first) = options.first() else {
            if decide.options.is_empty() {
                let help = "add options such as `option redeploy : resale - logistics`";
                let message = "there is no option to decide for".to_owned();
                return self.wrong(Code::C031, decide.policy.span, message, help);
            }
            return None;
        };
        let worth = first.value.kind.clone();
        self.refuse_unlike(&options)?;
        let names = self.names_of_options(decide)?;
        let outputs = self.outputs_of_options(decide, names, worth)?;
        if first_of_equals.is_none() && options.len() > 1 {
            self.ask_about_equals(decide);
        }
        Some(Disposition {
            id: DispositionId(0),
            outputs,
            family,
            on: Point::Event { kind, filter: None, after: None },
            policy: Policy::Best(Best { highest, first_of_equals: first_of_equals == Some(true) }),
            columns: Vec::new(),
            rows: Vec::new(),
            rest: Rest::Unsaid,
            options,
            finality: None,
            span: Self::place_of_decision(decide),
        })
    }

    fn option_of(&mut self, option: &tree::Choice, context: &Context) -> Option<Choice> {
        let money = Kind::Money(self.currency);
        let value = self.number(&option.value, &context.expecting(&money));
        let provided = self.filter(option.provided.as_ref(), context)?;
        self.refuse_numbers_of_windows(value.as_ref()?, context)?;
        Some(Choice { value: value?, provided, span: option.name.span.to(option.value.span) })
    }

    /// What is compared is of one kind.
    fn refuse_unlike(&mut self, options: &[Choice]) -> Option<()> {
        let first: &Value = options.first().map(|option| &option.value)?;
        let Some(other) = options.iter().map(|option| &option.value).find(|value| value.kind != first.kind) else {
            return Some(());
        };
        let message = format!("one option is {}, this one {}", describe(&first.kind), describe(&other.kind));
        self.wrong(Code::C021, other.span, message, "give all options a value of one kind, such as an amount of money")
    }

    fn names_of_options(&mut self, decide: &Decide) -> Option<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for option in &decide.options {
            if names.contains(&option.name.node) {
                let message = format!("the option `{}` is given twice", option.name.node);
                return self.wrong(Code::C011, option.name.span, message, "give each option its own name");
            }
            names.push(option.name.node.clone());
        }
        Some(names)
    }

    /// The option, and if a second name is given its value.
    fn outputs_of_options(&mut self, decide: &Decide, names: Vec<String>, worth: Kind) -> Option<Vec<(String, Kind)>> {
        let kinds = [Kind::Choice(names), worth];
        if let Some(third) = decide.outputs.get(kinds.len()) {
            let help = "name the option and, if you like, its value: `decide best, value of …`";
            return self.wrong(Code::C031, third.span, "options decide two values at most".to_owned(), help);
        }
        Some(decide.outputs.iter().map(|name| name.node.clone()).zip(kinds).collect())
    }

    fn ask_about_equals(&mut self, decide: &Decide) {
        let name = |place: usize| decide.options.get(place).map_or("", |option| option.name.node.as_str());
        let (first, second) = (name(0), name(1));
        self.report(
            Diagnostic::new(
                Code::C150,
                Self::place_of_decision(decide),
                "two options may have one value, and it is not said which of them is taken",
            )
            .label(format!("`{first}` and `{second}` come to the same, for example"))
            .answer("first of equals", format!("`{first}`: the option that is written first"))
            .answer("equals are not decided", "nothing is decided, and what depends on it is held")
            .help("add one of them behind the closing brace"),
        );
    }
}
