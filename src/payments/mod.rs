//! Taking money: the port [`PaymentGateway`] and its adapters. Which step comes when is not decided here: the checkout's
//! state machine in the domain decides, and its runner performs.

mod gateway;
mod secret;
mod signature;
pub mod simulated;
pub mod stripe;

pub use gateway::{
    Authorise, CaptureOrVoid, GatewayError, Notice, NoticeKind, Opened, PaymentGateway, PaymentState, PaymentStatus,
    Reference, Refund, RefundState, RefundStatus, StepKey, WayToPay, WebhookError,
};
pub use secret::Secret;
