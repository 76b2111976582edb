//! What answers a convention or an option, as it is written.

use crate::syntax::grammar::Rule;

const ANSWERS: &[(Rule, &str)] = &[
    (Rule::last_day, "`last day`"),
    (Rule::next_day, "`next day`"),
    (Rule::same_day, "`same day else last`"),
    (Rule::on_each_line, "`on each line`"),
    (Rule::on_the_total, "`on the total`"),
    (Rule::half_up, "`half up`"),
    (Rule::half_even, "`half even`"),
    (Rule::upward, "`upward`"),
    (Rule::downward, "`downward`"),
    (Rule::before_tax, "`before tax`"),
    (Rule::including_tax, "`including tax`"),
    (Rule::actual_days, "`actual days`"),
    (Rule::thirty_of_360, "`30/360`"),
    (Rule::thirty_days, "`30 days`"),
    (Rule::days_365, "`365 days`"),
    (Rule::days_360, "`360 days`"),
    (Rule::changes_nothing, "`changes nothing`"),
    (Rule::restarts_time, "`restarts the time`"),
    (Rule::restarts_clock, "`restarts the clock`"),
    (Rule::opens_another, "`opens another`"),
    (Rule::is_not_charged, "`is not charged`"),
    (Rule::is_held_too, "`is held too`"),
    (Rule::is_listed, "`is listed`"),
    (Rule::is_ignored, "`is ignored`"),
    (Rule::stays_with_payer, "`stays with who paid it`"),
    (Rule::stays_with_debtor, "`stays with who owed it`"),
    (Rule::goes_over, "`goes over to the new holder`"),
    (Rule::counts_from_start, "`counts from the start of the term`"),
    (Rule::counts_from_then, "`counts from then`"),
    (Rule::counts_to_end, "`counts to the end of the window`"),
    (Rule::does_not_count, "`does not count`"),
    (Rule::first_known_stays, "`first known stays`"),
    (Rule::are_held, "`are held`"),
    (Rule::stays, "`stays`"),
    (Rule::moves_to_next, "`moves to the next business day`"),
    (Rule::at_the_event, "`at the event`"),
    (Rule::at_window_start, "`at the start of the window`"),
    (Rule::at_window_end, "`at the end of the window`"),
    (Rule::as_it_accrues, "`is paid as it accrues`"),
    (Rule::when_it_ends, "`is paid when it ends`"),
    (Rule::in_order_declared, "`go in the order declared`"),
    (Rule::late_not, "`do not count`"),
    (Rule::late_corrected, "`corrected in the next settlement`"),
    (Rule::late_credit_note, "`corrected by a credit note`"),
    (Rule::late_reissued, "`corrected by a reissued statement`"),
    (Rule::in_own_window, "`count in the window that they concern`"),
    (Rule::in_paying_window, "`count in the window that pays them`"),
    (Rule::each_band, "`each band at its own price`"),
    (Rule::band_reached, "`all at the price of the band reached`"),
    (Rule::monthly, "`monthly`"),
    (Rule::quarterly, "`quarterly`"),
    (Rule::yearly, "`yearly`"),
    (Rule::netted, "`netted`"),
    (Rule::paid_apart, "`paid apart`"),
    (Rule::duties_stay, "`open obligations stay under the earlier text`"),
    (Rule::duties_go_over, "`open obligations go over to the new text`"),
    (Rule::deposits_stay, "`held deposits stay under the earlier text`"),
    (Rule::deposits_go_over, "`held deposits go over to the new text`"),
    (Rule::cut_by_start, "`a window that is cut goes by its start`"),
    (Rule::cut_by_end, "`a window that is cut goes by its end`"),
    (Rule::old_stays, "`the old one stays`"),
    (Rule::old_ends, "`the old one ends`"),
    (Rule::adds_nothing, "`adds nothing`"),
    (Rule::held, "`held`"),
    (Rule::nothing_due, "`nothing due`"),
    (Rule::as_it_is, "`counts as it is`"),
    (Rule::in_later, "`in the later window`"),
    (Rule::by_time, "`by time`"),
    (Rule::by_either, "`either party`"),
];

/// The words of an answer; empty for a rule that is none.
pub(super) fn answer(rule: Rule) -> &'static str {
    ANSWERS.iter().find(|(own, _)| *own == rule).map_or("", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::grammar::Grammar;
    use pest::Parser as _;

    #[test]
    fn every_answer_is_written_so() {
        for (rule, words) in ANSWERS {
            let words = words.trim_matches('`');
            let read = Grammar::parse(*rule, words).map(|pairs| pairs.as_str() == words);
            assert_eq!(read, Ok(true), "{rule:?} is not written `{words}`");
        }
    }
}
