//! What is sent.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HoldBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_available: Option<BestAvailable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub general_admission: Vec<Standing>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BestAvailable {
    pub quantity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accessible: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub area: String,
    pub quantity: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmBody {
    pub payment_reference: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExtendBody {
    pub extend_seconds: u32,
}

/// `None`: all tickets that are left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tickets: Option<Vec<uuid::Uuid>>,
}
