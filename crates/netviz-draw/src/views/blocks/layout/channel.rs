//! The channel between two ranks, where lines run sideways, each on its own track so that none overlaps another.

/// Lines that start at one point of the upper edge and branch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Net {
    /// Where they start at the upper edge.
    pub(super) from: f64,
    /// Where they end at the lower edge.
    pub(super) to: Vec<f64>,
}

/// How a net runs sideways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// Straight down.
    Straight,
    /// On a track, counted from the upper edge.
    Track(usize),
    /// On diagonal lines from end to end.
    Slant,
}

/// Lines closer together than this look like one.
const NEAR: f64 = 4.0;
/// With more nets than this, all slant: a picture with that many tracks would be just as hard to read.
const MOST_TRACKS: usize = 40;

/// The way of each net, and the number of tracks.
pub(super) fn route(nets: &[Net]) -> (Vec<Way>, usize) {
    let mut ways = vec![Way::Straight; nets.len()];
    let bent: Vec<usize> = (0..nets.len()).filter(|&net| nets[net].is_bent()).collect();
    if bent.len() > MOST_TRACKS {
        for net in bent {
            ways[net] = Way::Slant;
        }
        return (ways, MOST_TRACKS);
    }
    let order = order(nets, &bent);
    let mut count = 0;
    for (index, &net) in order.iter().enumerate() {
        // Two lines would overlap if the upper net ends where the lower one starts.
        let lies_on =
            |above: &usize| ways[*above] != Way::Slant && nets[*above].to.iter().any(|&to| near(to, nets[net].from));
        if order[..index].iter().any(lies_on) {
            ways[net] = Way::Slant;
            continue;
        }
        let beside = order[..index].iter().filter(|&&other| nets[other].meets(&nets[net]));
        let track =
            beside.filter_map(|&other| if let Way::Track(track) = ways[other] { Some(track + 1) } else { None });
        let track = track.max().unwrap_or(0);
        ways[net] = Way::Track(track);
        count = count.max(track + 1);
    }
    (ways, count)
}

/// Orders the nets from the upper edge to the lower, inserting each where it adds the fewest crossings.
fn order(nets: &[Net], bent: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(bent.len());
    for &net in bent {
        // The cost of each place, from last to first: start below all others, and update the sum on the way up.
        let mut sum: isize = order.iter().map(|&other| nets[other].above(&nets[net])).sum();
        let mut least = (sum, order.len());
        for place in (0..order.len()).rev() {
            let other = &nets[order[place]];
            sum += nets[net].above(other) - other.above(&nets[net]);
            least = least.min((sum, place));
        }
        order.insert(least.1, net);
    }
    order
}

impl Net {
    fn is_bent(&self) -> bool {
        self.to.iter().any(|to| (to - self.from).abs() > 0.5)
    }

    /// Its leftmost and its rightmost position.
    fn span(&self) -> [f64; 2] {
        let fold = |pick: fn(f64, f64) -> f64| self.to.iter().copied().fold(self.from, pick);
        [fold(f64::min), fold(f64::max)]
    }

    fn meets(&self, other: &Self) -> bool {
        let ([a, b], [c, d]) = (self.span(), other.span());
        a < d + NEAR && c < b + NEAR
    }

    /// Number of crossings if its track is above the other's, plus a penalty if they would overlap.
    fn above(&self, other: &Self) -> isize {
        const LIES_ON: isize = 1000;
        let inside = |[low, high]: [f64; 2], x: f64| isize::from(low < x && x < high);
        let on = self.to.iter().filter(|&&to| near(to, other.from)).count();
        let span = other.span();
        let across: isize = self.to.iter().map(|&to| inside(span, to)).sum();
        inside(self.span(), other.from) + across + if on > 0 { LIES_ON } else { 0 }
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < NEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(from: f64, to: &[f64]) -> Net {
        Net { from, to: to.to_vec() }
    }

    #[test]
    fn what_needs_no_track_has_none() {
        assert_eq!(route(&[net(0.0, &[0.0]), net(50.0, &[50.0])]), (vec![Way::Straight; 2], 0));
    }

    #[test]
    fn lines_side_by_side_share_a_track() {
        let ways = route(&[net(0.0, &[30.0]), net(50.0, &[90.0])]);
        assert_eq!(ways, (vec![Way::Track(0); 2], 1));
    }

    #[test]
    fn lines_in_one_direction_do_not_cross() {
        // The right one has to turn first.
        assert_eq!(route(&[net(0.0, &[40.0]), net(20.0, &[60.0])]).0, [Way::Track(1), Way::Track(0)]);
        assert_eq!(route(&[net(40.0, &[0.0]), net(60.0, &[20.0])]).0, [Way::Track(0), Way::Track(1)]);
    }

    #[test]
    fn no_line_lies_on_another() {
        assert_eq!(route(&[net(0.0, &[40.0]), net(40.0, &[80.0])]).0, [Way::Track(1), Way::Track(0)]);
        // Two nets that swap positions: whichever is above would overlap the other.
        assert_eq!(route(&[net(0.0, &[40.0]), net(40.0, &[0.0])]).0, [Way::Slant, Way::Track(0)]);
    }
}
