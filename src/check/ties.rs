//! Events at one instant: which comes first, where one starts what the other ends.
//!
//! They go in the order in which the contract declares their kinds. Where it declares the start first, that is its word.
//! Where it declares the end first, the end would find nothing to end and the start would never end: hardly anyone means
//! that, and it is asked.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::KindId;
use crate::base::span::Span;
use crate::check::checker::Checker;
use crate::check::contract::Opener;
use crate::check::value::Point;
use crate::check::worked::costing;

impl Checker<'_> {
    /// Asks which of two events comes first that happen at one instant and start and end a time.
    pub(super) fn ask_about_ends(&mut self, from: (&Point, Span), to: (&Point, Span)) {
        self.ask_about_instants(from, to);
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        from.0.kinds(&mut starts);
        to.0.kinds(&mut ends);
        let Some((start, end)) = self.end_before_start(&starts, &ends) else { return };
        let ten = self.worked_at(from.1).late(10, Some(10)).map(|ten| format!("for ten days {ten}"));
        self.ask_which_of_two(start, end, (from.1, ten));
    }

    /// The same of what takes a deposit and what ends it.
    pub(super) fn ask_about_deposit_ends(&mut self) {
        let mut found: Option<(KindId, KindId, Span)> = None;
        for deposit in &self.deposits {
            let kind = |opener: &Opener| if let Opener::On(kind, _) = opener { Some(*kind) } else { None };
            let taken = deposit.taken_by.iter().filter_map(|id| self.sentences.get(id.index()));
            let starts: Vec<KindId> = taken.filter_map(|sentence| kind(&sentence.opener)).collect();
            for release in &deposit.releases {
                let ends: Vec<KindId> = kind(&release.opener).into_iter().collect();
                let pair = self.end_before_start(&starts, &ends);
                found = found.or(pair.map(|(start, end)| (start, end, release.span)));
            }
        }
        if let Some((start, end, at)) = found {
            self.ask_which_of_two(start, end, (at, Some("the deposit stays held".to_owned())));
        }
    }

    /// A start and an end that the text declares the other way round.
    fn end_before_start(&self, starts: &[KindId], ends: &[KindId]) -> Option<(KindId, KindId)> {
        let mut pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| (*start, *end)));
        pairs.find(|(start, end)| end < start)
    }

    fn ask_which_of_two(&mut self, start: KindId, end: KindId, (at, cost): (Span, Option<String>)) {
        if self.conventions.at_one_instant.is_some() {
            return;
        }
        let (Some(start), Some(end)) = (self.kinds.get(start.index()), self.kinds.get(end.index())) else { return };
        let (first, then) = (&end.name, &start.name);
        let message = format!(
            "`{first}` is declared before `{then}`, and it is not said which comes first when both happen at one instant"
        );
        let question = Diagnostic::new(Code::C118, at, message)
            .label(format!("`{then}` starts what `{first}` ends; the source gives no order"))
            .and_at(end.span, "declared first")
            .and_at(start.span, "declared after it")
            .answer(
                "events at one instant go in the order declared",
                costing(format!("`{first}` finds nothing to end, and what `{then}` starts goes on"), cost),
            )
            .answer(
                "events at one instant are held",
                "what depends on the asset is held from then on, until the source says the order",
            )
            .help(format!(
                "answer it in `conventions`; or declare `{then}` before `{first}`: then it is started and ended at once"
            ));
        self.ask_once(question);
    }
}
