import Metrics
import Synchronization

/// The figures of one name and one set of labels.
protocol Series: AnyObject, Sendable {
    /// The lines of the file; none where nothing was ever recorded.
    func lines(_ name: String, _ labels: String) -> [String]
}

final class CounterSeries: Series, CounterHandler {
    private let value = Mutex<Int64>(0)

    func increment(by amount: Int64) {
        value.withLock { value in
            let (sum, isOver) = value.addingReportingOverflow(amount)
            value = isOver ? .max : sum
        }
    }

    func reset() { value.withLock { $0 = 0 } }

    func lines(_ name: String, _ labels: String) -> [String] {
        ["\(name)\(PrometheusText.braced(labels)) \(value.withLock { $0 })"]
    }
}

final class FloatingPointCounterSeries: Series, FloatingPointCounterHandler {
    private let value = Mutex<Double>(0)

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func reset() { value.withLock { $0 = 0 } }

    func lines(_ name: String, _ labels: String) -> [String] {
        ["\(name)\(PrometheusText.braced(labels)) \(PrometheusText.number(value.withLock { $0 }))"]
    }
}

final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex<Double?>(nil)

    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func record(_ new: Int64) { set(Double(new)) }
    func record(_ new: Double) { set(new) }
    func increment(by amount: Double) { value.withLock { $0 = ($0 ?? 0) + amount } }
    func decrement(by amount: Double) { increment(by: -amount) }

    func lines(_ name: String, _ labels: String) -> [String] {
        guard let value = value.withLock({ $0 }) else { return [] }
        return ["\(name)\(PrometheusText.braced(labels)) \(PrometheusText.number(value))"]
    }
}

/// How often a value was at most each of some bounds.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private struct State {
        var counts: [Int64]
        var sum = 0.0
        var count: Int64 = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let place = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let place { state.counts[place] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func lines(_ name: String, _ labels: String) -> [String] {
        let state = state.withLock { $0 }
        let before = labels.isEmpty ? "" : labels + ","
        var lines: [String] = []
        var sum: Int64 = 0
        for (bound, count) in zip(bounds, state.counts) {
            sum += count
            lines.append("\(name)_bucket{\(before)le=\"\(PrometheusText.number(bound))\"} \(sum)")
        }
        lines.append("\(name)_bucket{\(before)le=\"+Inf\"} \(state.count)")
        lines.append("\(name)_sum\(PrometheusText.braced(labels)) \(PrometheusText.number(state.sum))")
        lines.append("\(name)_count\(PrometheusText.braced(labels)) \(state.count)")
        return lines
    }
}
