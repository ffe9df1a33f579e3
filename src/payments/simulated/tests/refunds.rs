//! Refunds that end late, or fail.

use std::collections::BTreeMap;

use super::*;

#[test]
fn refunds_fail_and_end_late_where_the_options_say_so() {
    let options = SimulatedOptions { refunds_after_ms: 40, refund_failures_percent: 50, ..SimulatedOptions::default() };
    let (gateway, mut errands) = gateway(options);
    let mut ends = BTreeMap::new();
    for key in 0..50 {
        let opened = authorise(&gateway, &format!("{key}/authorise")).expect("authorised");
        now(gateway.capture(step("capture", &opened.payment))).expect("captured");
        errands.take();
        let refunded = refund(&gateway, &format!("{key}/refund"), &opened.payment, 5_000).expect("accepted");
        assert_eq!(refunded.status, RefundStatus::Pending);
        for errand in errands.take() {
            assert_eq!(errand.after, Duration::from_millis(40));
            gateway.run_errand(errand.kind).expect("it ends");
        }
        let told = kinds(&gateway, &mut errands);
        let state = now(gateway.look_up(&opened.payment)).expect("it is there");
        let status = state.refunds[0].status;
        let expected = match status {
            RefundStatus::Succeeded => NoticeKind::RefundSucceeded(refunded.refund),
            RefundStatus::Failed => NoticeKind::RefundFailed(refunded.refund),
            RefundStatus::Pending => panic!("it has ended"),
        };
        assert_eq!(told, [expected]);
        let again = refund(&gateway, &format!("{key}/refund, again"), &opened.payment, 5_000);
        assert_eq!(again.is_ok(), status == RefundStatus::Failed, "what failed may be refunded again");
        *ends.entry(format!("{status:?}")).or_insert(0) += 1;
    }
    assert_eq!(ends.len(), 2, "{ends:?}");
}
