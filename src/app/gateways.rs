//! Opening the payment gateways that the settings name, and what the simulated one does by itself.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use futures_util::FutureExt;

use super::plain;
use crate::actors::Checkouts;
use crate::config::{GatewayName, Settings, secret_file};
use crate::payments::simulated::{Errands, SimulatedGateway, WebhookMessage};
use crate::payments::stripe::StripeGateway;
use crate::payments::{PaymentGateway, Secret};

pub(super) const SIMULATED_FILE: &str = "simulated-payments.jsonl";

pub struct Gateways {
    pub all: Vec<Arc<dyn PaymentGateway>>,
    pub simulated: Option<(Arc<SimulatedGateway>, Errands)>,
}

impl Gateways {
    pub fn open(settings: &Settings, dir: &Path) -> anyhow::Result<Self> {
        match settings.payments.gateway {
            GatewayName::None => Ok(Self { all: Vec::new(), simulated: None }),
            GatewayName::Simulated => {
                let found = secret_file::read_or_create(dir, secret_file::SIMULATED_WEBHOOKS);
                let secret = found.context("the secret of simulated webhooks")?.secret;
                let secret = Secret::new(secret_file::hexadecimal(&secret));
                let options = plain::simulated_payments(settings);
                let (gateway, errands) = SimulatedGateway::open(options, secret, Some(&dir.join(SIMULATED_FILE)))?;
                tracing::warn!("payments are simulated: no money is taken");
                Ok(Self { all: vec![gateway.clone()], simulated: Some((gateway, errands)) })
            }
            GatewayName::Stripe => {
                let gateway = StripeGateway::open(&plain::stripe(settings)).context("the payment gateway `stripe`")?;
                Ok(Self { all: vec![Arc::new(gateway)], simulated: None })
            }
        }
    }
}

/// Buyers pay, refunds end, messages arrive: all that the simulated provider does later and by itself.
pub fn run_errands(gateway: Arc<SimulatedGateway>, errands: Errands, checkouts: Checkouts) {
    actix_rt::spawn(async move {
        let deliver = move |message: Arc<WebhookMessage>| {
            let noticed = checkouts.notice(SimulatedGateway::NAME, &message.headers, &message.body);
            async move {
                match noticed {
                    Ok(noticed) => noticed.heeded().await.is_ok(),
                    Err(_) => false,
                }
            }
            .boxed()
        };
        errands.run(&gateway, deliver).await;
    });
}
