import ProcessImage
import Quantities

/// Whether a run may water now.
enum WaterPermission: BitwiseCopyable {
    case yes
    /// It rests, and goes on when it may again.
    case hold(Cause)
    /// It ends here with what is missing.
    case end(Cause)
}

/// Times without water: asked each scan of every run that obeys them.
extension IrrigationControl {
    func mayWater(_ cause: Cause, _ image: borrowing InputImage) -> WaterPermission { .yes }
}
