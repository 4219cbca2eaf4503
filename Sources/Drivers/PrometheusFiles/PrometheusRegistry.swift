package import Metrics
import Synchronization

/// Keeps counters, gauges and timers of this process, and says them in Prometheus' text format (version 0.0.4).
///
/// A counter's name ends in `_total`, a timer's in `_seconds`; a timer is a histogram. What has the same name and the same
/// dimensions is the same series.
package final class PrometheusRegistry: MetricsFactory {
    /// The upper bounds of a timer's buckets in seconds: from a letter that is written to a tenant's log that is verified.
    package static let secondsBounds: [Double] = [
        0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600,
    ]
    /// The same for recorders that have no unit.
    package static let plainBounds: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

    private enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private struct Family {
        let kind: Kind
        let help: String?
        /// By the text of the labels.
        var series: [String: any Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// - Parameter help: a sentence for each metric, by the label that it is made with.
    package init(help: [String: String] = [:]) { self.help = help }

    /// Everything, by name and then by labels.
    package var text: String {
        let families = families.withLock { $0 }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            let series = family.series.sorted { $0.key < $1.key }
            let body = series.flatMap { labels, series in series.lines(name, labels) }
            if body.isEmpty { continue }
            if let help = family.help { lines.append("# HELP \(name) \(PrometheusText.escaped(help: help))") }
            lines.append("# TYPE \(name) \(family.kind.rawValue)")
            lines += body
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func series<Made: Series>(
        _ kind: Kind, _ label: String, suffix: String = "", _ dimensions: [(String, String)], make: () -> Made
    ) -> Made {
        var name = PrometheusText.name(label)
        if !name.hasSuffix(suffix) { name += suffix }
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: help[label])
            if let known = family.series[labels] as? Made { return known }
            let made = make()
            // Two kinds of metric under one name would make the whole file unreadable: the first stays, the other is not
            // shown.
            guard family.kind == kind, family.series[labels] == nil else { return made }
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    private func remove(_ gone: AnyObject) {
        families.withLock { families in
            families = families.mapValues { family in
                var family = family
                family.series = family.series.filter { $0.value !== gone }
                return family
            }
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, suffix: "_total", dimensions) { CounterSeries() }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(.counter, label, suffix: "_total", dimensions) { FloatingPointCounterSeries() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) { GaugeSeries() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(.gauge, label, dimensions) { GaugeSeries() } }
        return series(.histogram, label, dimensions) { HistogramSeries(PrometheusRegistry.plainBounds) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.histogram, label, suffix: "_seconds", dimensions) { HistogramSeries(PrometheusRegistry.secondsBounds) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
