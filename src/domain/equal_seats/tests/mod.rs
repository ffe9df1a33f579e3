//! What buyers would call as good, drawn as halls of a few seats; and what must be so in any hall.

mod drawn;
mod in_any_hall;

use drawn::{Drawn, drawn};

#[test]
fn what_is_still_free_is_kept() {
    drawn(&["aaaaa"]).held("A0 A1").then("A0 A1");
}

#[test]
fn a_lost_seat_is_made_up_for_so_that_all_sit_side_by_side() {
    // Nearer would be A4, and they would sit on both sides of a stranger.
    drawn(&["aaaXaa"]).held("A1 A2 A3").then("A1 A2 A0");
}

#[test]
fn those_who_lost_theirs_sit_side_by_side_where_all_of_them_can_not() {
    drawn(&["aXXa", "xxxx", "xaax"]).held("A0 A1 A2 A3").then("A0 C1 C2 A3");
}

#[test]
fn a_row_behind_is_nearer_than_the_other_end() {
    drawn(&["XXxxxxaa", "aaxxxxxx"]).held("A0 A1").then("B0 B1");
}

#[test]
fn they_sit_apart_rather_than_not_at_all_each_as_near_as_can_be() {
    drawn(&["XXxax", "axxxa"]).held("A0 A1").then("B0 A3");
}

#[test]
fn an_aisle_is_no_neighbour() {
    drawn(&["aX a", "xx aa"]).held("A0 A1").then("A0 A3");
    drawn(&["XX a", "xa aa"]).held("A0 A1").then("B3 B4");
}

#[test]
fn each_gets_a_seat_of_its_own_category() {
    drawn(&["aXYb", "bbaa"]).held("A1 A2").then("B2 B1");
    drawn(&["aXYb", "bxxa"]).held("A1 A2").then("A0 A3");
}

#[test]
fn there_is_no_answer_where_one_of_them_would_sit_in_another_category() {
    drawn(&["aXYa", "aaaa"]).held("A1 A2").nobody();
}

#[test]
fn an_accessible_seat_stands_in_for_nothing_else() {
    drawn(&["X1", "xa"]).held("A0").then("B1");
    drawn(&["X1", "xx"]).held("A0").nobody();
}

#[test]
fn who_needs_an_accessible_seat_and_who_came_along_stay_side_by_side() {
    // The companion's seat is still free; they move together all the same, to the mirror.
    drawn(&["!aa1", "xxa1"]).held("A0 A1").then("A3 A2");
}

#[test]
fn there_is_no_answer_where_they_would_be_parted() {
    drawn(&["!ax1x", "aaaa"]).held("A0 A1").nobody();
}

#[test]
fn two_companies_do_not_get_the_same_seats() {
    drawn(&["XX XX", "aa aa"]).held("A0 A1 A3 A4").then("B0 B1 B3 B4");
    drawn(&["XX XX", "aa ax"]).held("A0 A1 A3 A4").nobody();
}

#[test]
fn the_answer_has_the_order_of_the_hold() {
    drawn(&["XaX", "axa"]).held("A2 A1 A0").then("B2 A1 B0");
}

impl Drawn {
    #[track_caller]
    fn then(&self, expected: &str) {
        assert_eq!(self.answer().as_deref(), Some(expected));
    }

    #[track_caller]
    fn nobody(&self) {
        assert_eq!(self.answer(), None);
    }
}
