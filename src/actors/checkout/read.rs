//! How a checkout stands: from its row while it is open, from its log afterwards.

use std::sync::Arc;

use tokio::time::timeout;

use super::row::is_settled;
use super::{CheckoutError, Checkouts, Inner};
use crate::domain::checkout::{Checkout, Stage};
use crate::domain::{CheckoutId, HoldId, StreamId, Timestamp};
use crate::journal::{Position, StreamKind};
use crate::payments::WayToPay;

/// One checkout, as it is now.
#[derive(Clone)]
pub struct Standing {
    pub checkout: Arc<Checkout>,
    /// How the buyer pays, while that is waited for and the provider can be asked.
    way: Option<WayToPay>,
    /// Why the next step has not been done yet.
    pub trouble: Option<String>,
    /// Whether that, or what its log says, is for an operator to see to.
    pub needs_operator: bool,
    pub position: Position,
}

impl Standing {
    pub fn client_secret(&self) -> Option<&str> {
        match &self.way {
            Some(WayToPay::ClientSecret(secret)) => Some(secret),
            Some(WayToPay::RedirectUrl(_)) | None => None,
        }
    }

    pub fn redirect_url(&self) -> Option<&str> {
        match &self.way {
            Some(WayToPay::RedirectUrl(url)) => Some(url),
            Some(WayToPay::ClientSecret(_)) | None => None,
        }
    }
}

impl Checkouts {
    /// Until when a hold lasts that is under checkout now, as far as its checkout knows.
    pub fn hold_lasts(&self, hold_id: HoldId) -> Option<Timestamp> {
        self.0.table().of_hold(hold_id).map(|checkout| checkout.expires_at())
    }

    /// Holds that have become bookings since this was asked last.
    pub fn take_booked(&self) -> Vec<HoldId> {
        self.0.table().take_booked()
    }

    pub async fn get(&self, id: CheckoutId) -> Result<Standing, CheckoutError> {
        self.0.be_ready().await?;
        self.0.standing(id).await
    }
}

impl Inner {
    pub(super) async fn be_ready(&self) -> Result<(), CheckoutError> {
        if *self.is_ready.borrow() {
            return Ok(());
        }
        let mut is_ready = self.is_ready.subscribe();
        let waited = timeout(self.options.answer_wait, is_ready.wait_for(|ready| *ready)).await;
        if matches!(waited, Ok(Ok(_))) { Ok(()) } else { Err(CheckoutError::NotReady) }
    }

    /// The same, once it rests: bounded.
    pub(super) async fn standing_at_rest(&self, id: CheckoutId) -> Result<Standing, CheckoutError> {
        let rests = self.table().resting(id);
        let at_rest = match rests {
            Some(rests) => timeout(self.options.answer_wait, rests).await.ok().and_then(Result::ok),
            None => None,
        };
        match at_rest {
            // Its row has gone with the end of it: it need not be read back.
            Some(checkout) if is_settled(&checkout) => self.settled(checkout),
            // Too late, or its row has gone: it is answered as it stands.
            Some(_) | None => self.standing(id).await,
        }
    }

    pub(super) fn settled(&self, checkout: Arc<Checkout>) -> Result<Standing, CheckoutError> {
        let position = self.position(checkout.id())?;
        let needs_operator = checkout.needs_operator();
        Ok(Standing { checkout, way: None, trouble: None, needs_operator, position })
    }

    fn position(&self, id: CheckoutId) -> Result<Position, CheckoutError> {
        let head = self.log.journal.head(StreamId::from(id)).filter(|head| head.kind == StreamKind::Checkout);
        head.map(|head| head.position).ok_or(CheckoutError::NotFound)
    }

    pub(super) async fn standing(&self, id: CheckoutId) -> Result<Standing, CheckoutError> {
        // Who asks for what never was is not to cost a read.
        self.position(id)?;
        let row = {
            let table = self.table();
            let row = table.rows.get(&id);
            row.map(|row| (row.written.state.clone(), row.way.clone(), row.trouble.clone(), row.needs_operator()))
        };
        let (checkout, way, trouble, needs_operator) = match row {
            Some(row) => row,
            None => {
                let written = self.log.read(id).await.map_err(CheckoutError::Unreadable)?;
                let checkout = written.ok_or(CheckoutError::NotFound)?.state;
                let needs_operator = checkout.needs_operator();
                (checkout, None, None, needs_operator)
            }
        };
        // After the state: whoever reads with this `Min-Position` must find what the answer says.
        let position = self.position(id)?;
        let way = match checkout.stage() {
            Stage::AwaitingPayment if way.is_none() => self.ask_for_way(&checkout).await,
            Stage::AwaitingPayment => way,
            Stage::Opening
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => None,
        };
        Ok(Standing { checkout, way, trouble, needs_operator, position })
    }

    /// It is a secret, so no log has it: after a restart the provider is asked again.
    async fn ask_for_way(&self, checkout: &Checkout) -> Option<WayToPay> {
        let payment = checkout.payment()?;
        let (_, way) = timeout(self.options.answer_wait, self.look(checkout, payment)).await.ok()?;
        let mut table = self.table();
        if let Some(row) = table.rows.get_mut(&checkout.id()) {
            row.way.clone_from(&way);
        }
        way
    }
}
