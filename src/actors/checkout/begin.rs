//! Beginning a checkout for a hold: one live checkout for each hold, and the same one for the same idempotency key.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::log::Asked;
use super::row::is_settled;
use super::{CheckoutError, Checkouts, Inner, Standing};
use crate::actors::SendError;
use crate::actors::show_actor::Findings;
use crate::actors::supervision::panic_text;
use crate::domain::checkout::{Checkout, CheckoutBegun};
use crate::domain::money::Money;
use crate::domain::show::Hold;
use crate::domain::{CheckoutId, CommandId, Fingerprint, HoldId, Refusal, ShowId, StreamId};
use crate::journal::{AppendError, StreamKind};

/// Whoever asks has proved to own the hold.
#[derive(Clone, Copy, Debug)]
pub struct BeginCheckout {
    pub show_id: ShowId,
    pub hold_id: HoldId,
    pub id: CommandId,
    pub fingerprint: Fingerprint,
    /// What it is to be called if it is a new one.
    pub fresh: CheckoutId,
}

impl Checkouts {
    /// Returns when the payment is opened and all that follows from that is done, or after a while.
    pub async fn begin(&self, request: BeginCheckout) -> Result<Standing, CheckoutError> {
        let inner = &self.0;
        inner.be_ready().await?;
        let (id, kind) = (request.id, StreamKind::Checkout);
        let StreamId(stream) = inner.creations.stream_for(id, kind, StreamId::from(request.fresh), inner.now())?;
        let id = CheckoutId(stream);
        loop {
            if let Some(fingerprint) = inner.log.asked(id).await.map_err(CheckoutError::Unreadable)? {
                if fingerprint != request.fingerprint {
                    inner.keep_for_others(request.hold_id, id).await;
                    return Err(SendError::Refused(Refusal::KeyReused).into());
                }
                return inner.begun_before(id).await;
            }
            if let Some(standing) = inner.begin_apart(id, request).await? {
                return Ok(standing);
            }
        }
    }
}

impl Inner {
    /// On the runner's thread, so that a buyer who goes away meanwhile does not leave it half begun. `None`: the same
    /// request was faster.
    async fn begin_apart(
        self: &Arc<Self>,
        id: CheckoutId,
        request: BeginCheckout,
    ) -> Result<Option<Standing>, CheckoutError> {
        let (tell, told) = oneshot::channel();
        let this = self.clone();
        self.arbiter.spawn(async move {
            let begun = AssertUnwindSafe(this.begin_new(id, &request)).catch_unwind().await;
            let begun = begun.unwrap_or_else(|panic| {
                tracing::error!(checkout = %id, cause = panic_text(&*panic), "the beginning of a checkout died");
                this.spawn_settle(request.hold_id, id);
                Err(SendError::OutcomeUnknown.into())
            });
            let standing = match begun {
                // Before anything else runs on this thread: it has not come to its end yet.
                Ok(true) => this.standing_at_rest(id).await.map(Some),
                Ok(false) => Ok(None),
                Err(error) => Err(error),
            };
            // Whoever asked may have gone.
            let _ = tell.send(standing);
        });
        told.await.unwrap_or_else(|_| Err(SendError::OutcomeUnknown.into()))
    }

    /// The checkout that the key stands for may be of another hold: then it was reserved for nothing.
    async fn keep_for_others(&self, hold_id: HoldId, id: CheckoutId) {
        if let Ok(Some(written)) = self.log.read(id).await
            && written.state.begun().hold_id != hold_id
        {
            self.table().give_up_reservation(hold_id, id);
        }
    }

    /// Whoever began it may have been cut off before it was in the table.
    async fn begun_before(self: &Arc<Self>, id: CheckoutId) -> Result<Standing, CheckoutError> {
        let is_in_table = self.table().rows.contains_key(&id);
        if !is_in_table && let Some(written) = self.log.read(id).await.map_err(CheckoutError::Unreadable)? {
            if is_settled(&written.state) {
                return self.settled(written.state);
            }
            self.bring_in(id).await.map_err(CheckoutError::Unreadable)?;
            self.kick(id);
        }
        self.standing_at_rest(id).await
    }

    /// `false`: the same request was faster.
    async fn begin_new(self: &Arc<Self>, id: CheckoutId, request: &BeginCheckout) -> Result<bool, CheckoutError> {
        let (show_id, hold_id) = (request.show_id, request.hold_id);
        let gateway = self.options.gateway.as_deref().ok_or(CheckoutError::NoGateway)?;
        {
            let mut table = self.table();
            if table.rows.len() >= self.options.open_max {
                return Err(CheckoutError::TooMany);
            }
            table.reserve(hold_id, id).map_err(CheckoutError::UnderWay)?;
        }
        let begun = match self.directory.look(show_id, hold_id, id.booking()).await {
            Ok(findings) => self.begun(gateway, show_id, hold_id, findings),
            Err(error) => Err(error.into()),
        };
        let event = match begun.and_then(|begun| Ok(Checkout::begin(begun)?)) {
            Ok(event) => event,
            Err(error) => {
                self.table().give_up_reservation(hold_id, id);
                return Err(error);
            }
        };
        let asked = Asked { id: request.id, fingerprint: request.fingerprint };
        match self.log.begin(id, asked, event, self.now()).await {
            Ok(written) => {
                self.take_in(written);
                Ok(true)
            }
            Err(AppendError::VersionConflict { .. } | AppendError::Fenced { .. }) => Ok(false),
            Err(AppendError::TooLarge { .. } | AppendError::Unavailable(_)) => {
                // It may have begun.
                self.spawn_settle(hold_id, id);
                Err(SendError::OutcomeUnknown.into())
            }
        }
    }

    fn begun(
        &self,
        gateway: &str,
        show_id: ShowId,
        hold_id: HoldId,
        findings: Findings,
    ) -> Result<CheckoutBegun, CheckoutError> {
        let prices = prices(&findings);
        let hold = findings.hold.map_err(SendError::Refused)?;
        Ok(CheckoutBegun {
            show_id,
            hold_id,
            customer_id: hold.customer_id,
            seats: hold.seats.into_vec(),
            general_admission: hold.general_admission.into_vec(),
            prices,
            currency: findings.terms.currency.clone(),
            gateway: gateway.to_owned(),
            expires_at: hold.expires_at,
            equal_seats: self.options.equal_seats,
        })
    }

    /// A beginning whose outcome is not known: the log is asked until it says.
    fn spawn_settle(self: &Arc<Self>, hold_id: HoldId, id: CheckoutId) {
        let this = self.clone();
        self.arbiter.spawn(async move {
            let life = this.table().life;
            this.seek(life, id).await;
            let mut table = this.table();
            if !table.rows.contains_key(&id) {
                table.give_up_reservation(hold_id, id);
            }
        });
    }
}

/// Of each ticket, in the order that the booking will have.
fn prices(findings: &Findings) -> Vec<Money> {
    let Ok(Hold { seats, general_admission, .. }) = &findings.hold else { return vec![] };
    let seated = seats.iter().map(|seat| findings.plan.category_of(*seat));
    let standing = general_admission.iter().flat_map(|(area, quantity)| {
        std::iter::repeat_n(findings.plan.areas()[area.index()].category, *quantity as usize)
    });
    let price = |category: crate::domain::plan::CategoryIndex| {
        findings.terms.prices[category.index()].expect("what has no price is not held")
    };
    seated.chain(standing).map(price).collect()
}
