//! The codes of all diagnostics, each with its gravity and its explanation page.
//!
//! INVARIANT (explained): every code has a page `codes/Cnnn.md`, a gallery file under
//! `tests/diagnostics/` and appears in exactly one row of the table below.

use crate::base::diagnostic::Severity;

macro_rules! codes {
    ($($name:ident $severity:ident $title:literal)*) => {
        /// The code of a diagnostic.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The code as it is printed, such as `C041`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => stringify!($name),)* }
            }

            /// How grave a finding of this code is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// What the code stands for, in one line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// The explanation page, in Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("codes/", stringify!($name), ".md")),)* }
            }
        }
    };
}

codes! {
    C001 Error    "the text does not read as a sentence of the contract language"
    C002 Error    "a reserved word is used as a name"
    C003 Error    "brackets do not match or are nested too deeply"
    C004 Error    "the file is too large, or holds something that is not text"
    C005 Error    "a number, date or duration is malformed or too large"
    C010 Error    "a name is not known"
    C011 Error    "a name is given twice"
    C012 Error    "part of the frame is missing or given twice"
    C013 Error    "a word is not one of the listed ones"
    C014 Error    "a clause refers to itself"
    C020 Error    "kinds of value do not go together"
    C021 Error    "units, currencies or kinds of duration do not go together"
    C022 Error    "a value is not available at this place"
    C023 Error    "a window or group does not fit"
    C024 Error    "a sentence has a part that its other parts give no meaning to"
    C025 Error    "dates are in the wrong order or outside the term"
    C030 Error    "bands leave a gap, overlap or stand in the wrong order"
    C031 Error    "a decision table is malformed"
    C032 Error    "a scenario does not fit the contract"
    C041 Question "a part of a unit: commenced, completed or pro rata"
    C042 Question "whether the first and the last day count"
    C043 Question "the length of a month or of a year"
    C044 Question "what 31 January plus one month is"
    C045 Question "which days are business days, and whose holidays"
    C046 Question "calendar or contract window"
    C047 Question "whether a pause after the deadline counts"
    C048 Question "a deadline that falls on a day that is not a business day"
    C051 Question "a second start before the end"
    C052 Question "an end without a start"
    C053 Question "a state still open when the window ends"
    C054 Question "a second trigger while the obligation is open"
    C055 Question "a ratio whose denominator can be zero"
    C056 Question "a value that may be missing"
    C057 Question "which of several meters counts"
    C058 Question "a meter increase across the end of a window"
    C059 Question "an attribute that changes over time"
    C060 Question "records with one identity and different content"
    C061 Question "after how long late becomes missed"
    C062 Question "the amount that a cap or minimum is a part of, while its window runs"
    C080 Warning  "a name is never used"
    C081 Warning  "a clause moves nothing"
    C082 Warning  "a clause is covered by no scenario"
    C083 Warning  "a row or column of a decision table never decides"
    C084 Warning  "a decision table could not be proved"
    C085 Warning  "a figure stands in the prose of a clause or in its sentences, not in both"
    C086 Warning  "the prose of a clause uses a defined term that its sentences do not read"
    C100 Question "the order of cap, minimum, exemption, indexation and rounding"
    C101 Question "what is paid of an amount above the exempt one"
    C115 Question "what an event changes that becomes known after its settlement"
    C116 Question "which instant of an event counts"
    C117 Question "whose declaration of a pause counts"
    C118 Question "which of two events at one instant comes first"
    C119 Question "what holds of the time before the records begin"
    C120 Question "which deposit comes back"
    C121 Question "what becomes of the part of a deposit that is not paid back"
    C122 Question "a second deposit while one is held"
    C123 Question "a return for which no deposit is known"
    C124 Question "which units of a lot an event is about"
    C125 Error    "a deposit cannot come back as it is stated"
    C126 Question "what an event under the old identity of an asset means"
    C127 Error    "a new identity cannot be given like this"
    C128 Question "since when a coefficient has moved so far that a party has a right"
    C129 Question "whether what a cap left once is carried over again"
    C130 Question "for which assets a state holds whose events name none"
    C131 Question "among which events the how-manieth is counted"
    C132 Question "over what time the how-manieth is counted"
    C133 Question "whether events that were credited are counted again"
    C136 Question "in which window of a cap a corrected amount counts"
    C137 Error    "corrected amounts are to count in a window that depends on what was settled before"
    C138 Question "whether a deposit that is kept is less by its age"
    C139 Question "whether the amount of a window or what was carried over to it is used first"
    C140 Question "the order of two caps, minimums or exemptions that meet"
    C141 Question "deposits that are held when a clause is amended"
    C142 Question "what stands for the window before the first one"
    C143 Question "whether money that goes the other way counts toward a limit"
    C144 Question "whether an amount holds in full where the term cuts its window"
    C145 Question "what is paid above a threshold: the excess or the whole"
    C146 Question "whether a percentage is rounded before its points are counted"
    C148 Question "where the time of a state counts in a ratio of times"
    C149 Question "how the bands of a price table price a quantity"
    C150 Question "options of one value"
    C151 Question "until when a decision may be revised"
    C152 Question "a window that begins before the term"
    C153 Question "what a rolling window credited, in the next windows"
    C154 Question "a mean of ratios: each rounded or exact"
    C155 Question "what a percentile is"
    C156 Question "a level between two readings"
    C157 Question "whose a deposit is after a transfer"
    C158 Question "among whose deposits one comes back"
    C159 Question "who owes an obligation after a transfer"
    C160 Error    "a document to take in is not there"
    C161 Error    "a document cannot be taken in"
    C162 Error    "two documents say the same, and no order of precedence is stated"
    C163 Question "which edition of general conditions"
    C164 Error    "what a library leaves open is not filled, or something else is"
    C165 Error    "something stands in a document where it does not belong"
    C102 Question "which month of an index counts"
    C103 Question "the base of an index: month zero"
    C104 Question "how and where a coefficient is rounded"
    C105 Question "a provisional value of an index"
    C106 Question "a value of an index that is missing, or a series that stops"
    C107 Question "whether a revision raises the original amount or the one before"
    C108 Question "whether an indexed amount may fall"
    C109 Question "whether penalties, caps and minimums are indexed"
    C110 Question "when a coefficient is revised"
    C111 Error    "the weights of an indexation do not add up to one"
    C112 Error    "a coefficient changes within an amount that has no parts"
    C113 Question "whether a cap is a part of the amount before or after indexation"
    C114 Question "how an index is linked to the one that continues it"
    C134 Error    "two penalties for one cause, and what then holds is not said"
    C135 Question "what must be the same for clauses to meet"
    C166 Question "from when on an amendment governs"
    C167 Error    "an amendment does not fit the contract"
    C168 Question "a window that an amendment cuts"
    C169 Question "obligations that are open when a clause is amended"
    C170 Question "how money is rounded"
    C171 Question "whether what two parties owe each other is netted"
    C172 Question "which party pays or is paid"
    C173 Question "whether a nature of money bears tax"
    C174 Question "whether amounts include tax"
    C175 Question "where tax is rounded"
    C176 Question "when an attribute is read on which a limit depends"
    C180 Error    "a decision table leaves a case without a row"
    C181 Error    "rows of a decision table contradict each other"
    C182 Question "whether a clause is read before or after what other clauses limit it to"
    C183 Question "to which settlement an amount belongs that grows over several"
}
