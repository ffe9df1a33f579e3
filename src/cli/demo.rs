//! `understudy demo`: a theatre on sale, and the lines to try it with.

use std::io;

use anyhow::Context;
use uuid::Uuid;

use super::say::say;
use super::serve::{announce, begin, stops_within, until_told_to_stop};
use super::stop::StopSignals;
use crate::actors::ImportVenue;
use crate::app::{House, Running};
use crate::config::{Secret, Settings, secret_file};
use crate::domain::event::ShowTerms;
use crate::domain::money::Money;
use crate::domain::plan::{import, theatre};
use crate::domain::{Action, Command, CommandId, Fingerprint, ShowId, VenueId};

/// Everybody may know it: it opens something on this machine only.
const KEY: &str = "demo-key";

/// On an embedded store: a temporary directory, gone at the end, unless `keep_in` names one.
pub fn demo(mut settings: Settings, keep_in: bool) -> anyhow::Result<()> {
    let temporary = if keep_in { None } else { Some(TemporaryDir::create()?) };
    if let Some(temporary) = &temporary {
        settings.data.dir = temporary.0.clone();
    }
    settings.chaos.enabled = true;
    // The lines that it prints are short, whatever is asked of others.
    settings.http.idempotency_key_required = false;
    if settings.auth.bootstrap_key.is_empty() {
        settings.auth.bootstrap_key = if settings.http.address.is_loopback() {
            Secret::new(KEY)
        } else {
            Secret::new(secret_file::hexadecimal(&secret_file::random().context("random numbers from the system")?))
        };
    }
    actix_rt::System::new().block_on(async {
        let running = begin(&settings).await?;
        let show = match first_show(&running.house)? {
            Some(show) => show,
            None => put_a_show_on_sale(&running.house).await.context("putting the demo show on sale")?,
        };
        let stop = StopSignals::listen(stops_within(&settings))?;
        let told =
            announce(&running).and_then(|()| explain(&running, show, settings.auth.bootstrap_key.expose(), keep_in));
        // Without its lines nobody can try it.
        if let Err(error) = told {
            running.stop().await?;
            return Err(error.into());
        }
        until_told_to_stop(running, stop).await
    })
}

/// In a directory that was kept from last time.
fn first_show(house: &House) -> anyhow::Result<Option<ShowId>> {
    Ok(house.views.shows(None, 1)?.1.first().map(|(show, _)| *show))
}

async fn put_a_show_on_sale(house: &House) -> anyhow::Result<ShowId> {
    let (plan, options) = theatre();
    let plan = import(plan, options).context("the built-in plan")?;
    let now = house.directory.now();
    let import = ImportVenue {
        id: any_id(),
        fingerprint: Fingerprint(0),
        at: now,
        name: plan.name.clone(),
        plan,
        organiser: None,
    };
    let venue = house.venues.import(VenueId(Uuid::now_v7()), import).await?.venue;
    let categories = venue.plan.categories().iter();
    let prices = categories.enumerate().map(|(index, _)| Some(Money::from_minor(9_000 - 1_500 * index.min(5) as u64)));
    let starts_at = jiff::Zoned::now().saturating_add(jiff::Span::new().days(30)).with().hour(19).minute(30);
    let starts_at = starts_at.second(0).subsec_nanosecond(0).build()?;
    let terms = ShowTerms {
        venue_id: venue.id,
        title: "The Understudy".into(),
        starts_at_local: starts_at.datetime().to_string(),
        time_zone: starts_at.time_zone().iana_name().unwrap_or("UTC").to_owned(),
        starts_at: starts_at.timestamp().into(),
        currency: "EUR".into(),
        prices: prices.collect(),
        hold_seconds: 600,
        max_per_customer: None,
        on_sale_at: Some(now),
        off_sale_at: None,
    };
    let action = Action::ScheduleShow { terms: Box::new(terms), organiser: None };
    let command = Command { id: any_id(), fingerprint: Fingerprint(0), at: now, action };
    Ok(house.directory.schedule(ShowId(Uuid::now_v7()), command).await?.0)
}

fn explain(running: &Running, show: ShowId, key: &str, keep: bool) -> io::Result<()> {
    let kept = if keep { "what it sold is kept" } else { "what it sold is gone then (`demo --keep DIR` keeps it)" };
    let base = format!("http://{}/v1", running.address);
    // In a directory that was kept, one from last time would be answered with the hold of last time.
    let first = Uuid::new_v4();
    say(format_args!(
        r#"
A theatre of 1,024 seats and a standing pit of 200 is on sale. In another terminal:

  # 1. hold two seats (keep hold_id and hold_token from the answer)
  curl -s {base}/shows/{show}/holds -H 'Idempotency-Key: {first}' \
       -H 'Content-Type: application/json' -d '{{"best_available":{{"quantity":2}}}}' | tee hold.json; echo

  # 2. kill the actor that holds them: its understudy takes over
  curl -s {base}/ops/shows/{show}/crash -H 'Authorization: Bearer {key}' \
       -H 'Content-Type: application/json' -d '{{"mode":"panic"}}'; echo

  # 3. confirm the hold: the new incarnation knows it
  HOLD=$(sed 's/.*"hold_id":"\([^"]*\)".*/\1/' hold.json); TOKEN=$(sed 's/.*"hold_token":"\([^"]*\)".*/\1/' hold.json)
  curl -s {base}/shows/{show}/holds/$HOLD/confirm -H 'Authorization: Bearer {key}' -H "Hold-Token: $TOKEN" \
       -H 'Content-Type: application/json' -d '{{"payment_reference":"paid at the door"}}'; echo

  # and look around
  curl -s {base}/shows/{show}; echo
  curl -s {base}/shows/{show}/seats; echo
  curl -s {base}/ops/actors -H 'Authorization: Bearer {key}'; echo

The API: http://{address}/docs    Stop with Ctrl-C; {kept}."#,
        address = running.address,
    ))
}

fn any_id() -> CommandId {
    CommandId(Uuid::new_v4().as_u128())
}

/// Removed with everything in it when the demo ends.
struct TemporaryDir(std::path::PathBuf);

impl TemporaryDir {
    fn create() -> anyhow::Result<Self> {
        let dir = std::env::temp_dir().join(format!("understudy-demo-{}", std::process::id()));
        std::fs::create_dir_all(&dir).with_context(|| format!("a temporary directory {}", dir.display()))?;
        Ok(Self(dir))
    }
}

impl Drop for TemporaryDir {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's directory for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
