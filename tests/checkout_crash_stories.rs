//! The stories that the crash points are played in. Together they come through every stage of a checkout and need every
//! kind of action; a test holds that.

use understudy::domain::checkout::Stage::{self, Completed, Ended};
use understudy::payments::RefundStatus::Failed;

use super::checkout_crash_deeds::Deed::{self, *};
use super::checkout_crash_deeds::Story;
use super::checkout_crash_provider::Trouble;

const fn story(ends: &'static [Stage], kept: &'static [u64], deeds: &'static [Deed]) -> Story {
    Story { ends, kept, deeds }
}

pub const PAID: Story =
    story(&[Completed], &[12_000], &[IsOpened(0), Pays(0), Until(0, Completed), IsDeclined(0), Hears(0), Hears(0)]);
pub const DECLINED_AT_FIRST: Story =
    story(&[Completed], &[12_000], &[IsOpened(0), IsDeclined(0), UntilDeclined(0), Pays(0), Until(0, Completed)]);
pub const TWO_PAYMENTS_FOR_ONE_HOLD: Story = story(
    &[Ended, Completed],
    &[0, 12_000],
    &[ProviderHas(Trouble::FirstCardRefused), Begins(0), Until(0, Ended), IsOpened(1), Pays(1), Until(1, Completed)],
);
pub const SOLD_AT_THE_COUNTER: Story =
    story(&[Ended], &[0], &[IsOpened(0), HoldIsSoldAtTheCounter, Pays(0), Until(0, Ended)]);
pub const GIVEN_BACK: Story = story(&[Ended], &[0], &[IsOpened(0), HoldIsGivenBack, Pays(0), Until(0, Ended)]);
pub const EXTENDED: Story = story(
    &[Completed],
    &[12_000],
    &[
        IsOpened(0),
        ClockShows(580),
        UntilExtendedTo(0, 900),
        ClockShows(880),
        UntilExtendedTo(0, 1_200),
        Pays(0),
        Until(0, Completed),
    ],
);
pub const ABANDONED: Story =
    story(&[Ended], &[0], &[IsOpened(0), ClockShows(580), UntilExtendedTo(0, 900), ClockShows(9_000), Until(0, Ended)]);
pub const LATE: Story =
    story(&[Completed], &[12_000], &[IsOpened(0), PaysLate(0), ProviderIsWell, Until(0, Completed)]);
pub const LATE_AND_A_SEAT_IS_GONE: Story =
    story(&[Completed], &[12_000], &[IsOpened(0), PaysLate(0), OthersTake(&[2]), ProviderIsWell, Until(0, Completed)]);
pub const LATE_AND_ALL_IS_GONE: Story =
    story(&[Ended], &[0], &[IsOpened(0), PaysLate(0), OthersTakeAll, ProviderIsWell, Until(0, Ended)]);
pub const CAPTURED_BY_THE_PROVIDER: Story = story(
    &[Completed],
    &[12_000],
    &[IsOpened(0), PaysUnseen(0), IsCapturedByTheProvider(0), Hears(0), Until(0, Completed)],
);
pub const CAPTURED_AND_ALL_IS_GONE: Story = story(
    &[Ended],
    &[0],
    &[IsOpened(0), PaysLate(0), IsCapturedByTheProvider(0), OthersTakeAll, ProviderIsWell, IsRefunded(0, 12_000)],
);
pub const CAPTURE_REFUSED: Story =
    story(&[Ended], &[0], &[ProviderHas(Trouble::NoCaptures), IsOpened(0), Pays(0), Until(0, Ended)]);
pub const CAPTURE_NEEDS_AN_OPERATOR: Story = story(
    &[Completed],
    &[10_000],
    &[
        ProviderHas(Trouble::Misconfigured),
        IsOpened(0),
        Pays(0),
        UntilOperatorIsNeeded(0),
        Cancels(0, &[2]),
        ProviderIsWell,
        OperatorRetries(0),
        Until(0, Completed),
        IsRefunded(0, 2_000),
    ],
);
pub const CANCELLED_IN_PARTS: Story = story(
    &[Completed],
    &[0],
    &[
        IsOpened(0),
        Pays(0),
        Until(0, Completed),
        Cancels(0, &[1]),
        IsRefunded(0, 5_000),
        Cancels(0, &[]),
        IsRefunded(0, 12_000),
    ],
);
pub const SHOW_CANCELLED: Story =
    story(&[Completed], &[0], &[IsOpened(0), Pays(0), Until(0, Completed), ShowIsCancelled, IsRefunded(0, 12_000)]);
pub const SHOW_CANCELLED_BEFORE_THE_BUYER_PAYS: Story =
    story(&[Ended], &[0], &[IsOpened(0), ShowIsCancelled, Until(0, Ended)]);
pub const CAPTURED_AFTER_THE_SHOW_WAS_CANCELLED: Story = story(
    &[Ended],
    &[0],
    &[
        IsOpened(0),
        ProviderHas(Trouble::OutOfReach),
        PaysUnseen(0),
        ShowIsCancelled,
        Until(0, Stage::Voiding),
        IsCapturedByTheProvider(0),
        ProviderIsWell,
        Until(0, Ended),
        IsRefunded(0, 12_000),
    ],
);
pub const REFUND_FAILS: Story = story(
    &[Completed],
    &[0],
    &[
        ProviderHas(Trouble::RefundsFail(2)),
        IsOpened(0),
        Pays(0),
        Until(0, Completed),
        Cancels(0, &[]),
        UntilRefundIsPending(0, 2),
        RefundsEnd(0, Failed),
        UntilRefundIsPending(0, 3),
        IsRefunded(0, 12_000),
    ],
);
pub const REFUND_NEEDS_AN_OPERATOR: Story = story(
    &[Completed],
    &[0],
    &[
        ProviderHas(Trouble::RefundsFail(5)),
        IsOpened(0),
        Pays(0),
        Until(0, Completed),
        Cancels(0, &[]),
        UntilOperatorIsNeeded(0),
        OperatorRetries(0),
        IsRefunded(0, 12_000),
    ],
);
pub const EVERYTHING_TIMES_OUT: Story = story(
    &[Completed],
    &[0],
    &[
        ProviderHas(Trouble::TimesOut),
        IsOpened(0),
        Pays(0),
        Until(0, Completed),
        Cancels(0, &[]),
        IsRefunded(0, 12_000),
    ],
);

pub const ALL: [&Story; 21] = [
    &PAID,
    &DECLINED_AT_FIRST,
    &TWO_PAYMENTS_FOR_ONE_HOLD,
    &SOLD_AT_THE_COUNTER,
    &GIVEN_BACK,
    &EXTENDED,
    &ABANDONED,
    &LATE,
    &LATE_AND_A_SEAT_IS_GONE,
    &LATE_AND_ALL_IS_GONE,
    &CAPTURED_BY_THE_PROVIDER,
    &CAPTURED_AND_ALL_IS_GONE,
    &CAPTURE_REFUSED,
    &CAPTURE_NEEDS_AN_OPERATOR,
    &CANCELLED_IN_PARTS,
    &SHOW_CANCELLED,
    &SHOW_CANCELLED_BEFORE_THE_BUYER_PAYS,
    &CAPTURED_AFTER_THE_SHOW_WAS_CANCELLED,
    &REFUND_FAILS,
    &REFUND_NEEDS_AN_OPERATOR,
    &EVERYTHING_TIMES_OUT,
];
