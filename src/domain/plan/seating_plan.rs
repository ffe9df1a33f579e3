//! A plan ready to decide with: everything a show looks up while it sells, worked out once and shared by all shows of
//! the venue.
//!
//! It never changes and knows nothing of any show. Texts share one allocation and everything else is arrays of small
//! numbers, because the plans of all awake venues are in memory at once.
use super::definition::{Area, Category, PlanDefinition, Size};
use super::facts::{RowFacts, ZoneFacts, facts};
use super::layout::{Block, Layout};
use super::measure::{Point, points};
use super::nearness::Nearness;
use super::seats::Seats;
use super::texts::{Labels, Texts};
use super::{AreaIndex, CategoryIndex, RowIndex, SeatIndex, ZoneIndex};

/// The lookups of one venue.
#[derive(Debug)]
pub struct SeatingPlan {
    name: String,
    size: Option<Size>,
    categories: Vec<Category>,
    areas: Vec<Area>,
    zones: Vec<ZoneFacts>,
    rows: Vec<RowFacts>,
    labels: Labels,
    numbers: Texts,
    seats: Seats,
    points: Vec<Point>,
    layout: Layout,
    nearness: Nearness,
}

impl SeatingPlan {
    /// Works out the lookups of a plan that came through [`import`](super::import).
    ///
    /// # Panics
    /// Where the definition breaks what the import ensures: distinct labels, sizes within the limits.
    pub fn new(definition: PlanDefinition) -> SeatingPlan {
        let labels = Labels::of(definition.seats().map(|seat| seat.label.as_str()));
        let numbers = Texts::of(definition.seats().map(|seat| seat.number.as_str()));
        let seats = Seats::of(&definition);
        let points = points(seats.position.iter().copied());
        let layout = Layout::of(&definition.zones, &points);
        let nearness = Nearness::of(&points, &layout, &labels);
        let PlanDefinition { name, size, categories, zones, areas } = definition;
        let (zones, rows) = facts(zones);
        SeatingPlan { name, size, categories, areas, zones, rows, labels, numbers, seats, points, layout, nearness }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file said about its size.
    pub fn size(&self) -> Option<Size> {
        self.size
    }

    pub fn seat_count(&self) -> u32 {
        self.seats.row.len() as u32
    }

    pub fn seat_index(&self, label: &str) -> Option<SeatIndex> {
        self.labels.find(label).map(SeatIndex)
    }

    pub fn label(&self, seat: SeatIndex) -> &str {
        self.labels.get(seat.index())
    }

    pub fn number(&self, seat: SeatIndex) -> &str {
        self.numbers.get(seat.index())
    }

    pub fn category_of(&self, seat: SeatIndex) -> CategoryIndex {
        self.seats.category[seat.index()]
    }

    pub fn row_of(&self, seat: SeatIndex) -> RowIndex {
        self.seats.row[seat.index()]
    }

    pub fn zone_of(&self, seat: SeatIndex) -> ZoneIndex {
        self.rows[self.row_of(seat).index()].zone
    }

    pub fn is_accessible(&self, seat: SeatIndex) -> bool {
        self.seats.accessible[seat.index() / 64] >> (seat.index() % 64) & 1 == 1
    }

    /// Absolute position in plan units.
    pub fn position(&self, seat: SeatIndex) -> (f64, f64) {
        self.seats.position[seat.index()]
    }

    pub fn radius(&self, seat: SeatIndex) -> Option<f32> {
        Some(self.seats.radius[seat.index()]).filter(|radius| *radius > 0.0)
    }

    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    pub fn category_index(&self, name: &str) -> Option<CategoryIndex> {
        let at = self.categories.iter().position(|category| category.name == name)?;
        u16::try_from(at).ok().map(CategoryIndex)
    }

    pub fn zones(&self) -> &[ZoneFacts] {
        &self.zones
    }

    /// The first zone of that name, or else of that `zone_id`.
    pub fn zone_index(&self, name: &str) -> Option<ZoneIndex> {
        self.zones_named(name).next()
    }

    /// Zones of that name or `zone_id`: pretix lets several zones share one.
    pub fn zones_named<'n>(&'n self, name: &'n str) -> impl Iterator<Item = ZoneIndex> + 'n {
        let has_name = |zone: &ZoneFacts| zone.name == name;
        let by_name = self.zones.iter().any(has_name);
        let matches = move |zone: &ZoneFacts| {
            if by_name { zone.name == name } else { zone.zone_id.as_deref() == Some(name) }
        };
        self.zones.iter().zip(0u16..).filter(move |(zone, _)| matches(zone)).map(|(_, at)| ZoneIndex(at))
    }

    pub fn rows(&self) -> &[RowFacts] {
        &self.rows
    }

    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    pub fn area_index(&self, name: &str) -> Option<AreaIndex> {
        let at = self.areas.iter().position(|area| area.name == name)?;
        u16::try_from(at).ok().map(AreaIndex)
    }

    /// All blocks: rows of the definition in order, each from its left end to its right.
    pub fn blocks(&self) -> &[Block] {
        &self.layout.blocks
    }

    /// Seats of a block in physical order.
    pub fn seats_in(&self, block: &Block) -> &[SeatIndex] {
        &self.layout.seats[block.places()]
    }

    /// Position in whole steps; see the `measure` file for what a step is.
    pub fn point(&self, seat: SeatIndex) -> Point {
        self.points[seat.index()]
    }

    /// Half steps to the front centre.
    pub fn front_distance(&self, seat: SeatIndex) -> u32 {
        self.nearness.front[seat.index()]
    }

    /// The seat's place among all labels, in the order of their bytes.
    pub fn label_rank(&self, seat: SeatIndex) -> u32 {
        self.nearness.label_rank[seat.index()]
    }

    /// Bytes held, roughly: arrays and texts, without the few strings of zones and rows.
    pub fn bytes(&self) -> usize {
        let per_seat = size_of::<CategoryIndex>() + size_of::<RowIndex>() + 16 + 4 + size_of::<Point>() + 4 + 4;
        self.labels.bytes()
            + self.numbers.bytes()
            + self.nearness.bytes()
            + per_seat * self.points.len()
            + self.layout.blocks.len() * size_of::<Block>()
            + self.layout.all.len() * 16
            + self.rows.len() * size_of::<RowFacts>()
    }

    pub(in crate::domain) fn bit_of(&self, seat: SeatIndex) -> u32 {
        self.layout.bits[seat.index()]
    }

    /// A bit for each seat, each block from a word of its own.
    pub(in crate::domain) fn all_bits(&self) -> &[u64] {
        &self.layout.all
    }

    /// The bits of the accessible seats.
    pub(in crate::domain) fn accessible_bits(&self) -> &[u64] {
        &self.layout.accessible
    }

    /// All seats in physical order.
    pub(in crate::domain) fn seats_by_place(&self) -> &[SeatIndex] {
        &self.layout.seats
    }

    /// (Distance of its nearest seat, block), nearest first.
    pub(in crate::domain) fn blocks_by_nearness(&self) -> &[(u32, u32)] {
        &self.nearness.blocks
    }

    /// Which of the blocks by nearness the seat is in.
    pub(in crate::domain) fn nearness_rank(&self, seat: SeatIndex) -> usize {
        self.nearness.rank_of_word[self.layout.bits[seat.index()] as usize / 64] as usize
    }

    /// The place of a block's nearest seat in it, where seats are ever farther away from there on, either way.
    pub(in crate::domain) fn valley(&self, block: u32) -> Option<usize> {
        self.nearness.valleys[block as usize].map(|place| place as usize)
    }

    /// By place: the sum of front distances over all places before it.
    pub(in crate::domain) fn front_before(&self) -> &[u64] {
        &self.nearness.front_before
    }

    /// All seats, neighbours mostly together.
    pub(in crate::domain) fn curve(&self) -> &[SeatIndex] {
        &self.nearness.curve
    }
}
