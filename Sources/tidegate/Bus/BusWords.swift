import Field
import Foundation
import Language

/// What faults of line, frame and device are called, and what to do about them.
enum BusWords {
    static func refusal(_ fault: LineFault, line: String) -> Refused {
        let name = ["line": Phrase(verbatim: line), "why": text(fault)]
        return Refused(.failed, code: "line-not-open",
                       Phrase(zh: "打不开 {line}：{why}", en: "cannot open {line}: {why}").filled(name), remedy: remedy(fault))
    }

    static func text(_ fault: LineFault) -> Phrase {
        switch fault {
        case .unknownSpeed(let baud): Phrase(zh: "没有 \(baud) 波特这一档", en: "there is no speed of \(baud) baud")
        case .inUse: Phrase(zh: "正被其他程序使用", en: "another program is using it")
        case .closed: Phrase(zh: "对方断开", en: "the other side closed it")
        case .system(let error): Phrase(verbatim: String(cString: strerror(error)))
        }
    }

    private static func remedy(_ fault: LineFault) -> Phrase? {
        switch fault {
        case .inUse: Phrase(zh: "若是控制器在用：systemctl stop tidegated", en: "If it is the controller: systemctl stop tidegated")
        case .system(EACCES): Phrase(zh: "把用户加入 dialout 组，重新登录。", en: "Add the user to the group dialout and log in again.")
        case .system(ENOENT): Phrase(zh: "看 ls /dev/tty* 里有没有它；USB 转换器插好了吗？",
                                     en: "Look for it in ls /dev/tty*; is the USB adapter plugged in?")
        case .system(ECONNREFUSED): Phrase(zh: "设备在线，但这个端口没有 Modbus 服务。", en: "The host is there, but nothing listens on this port.")
        default: nil
        }
    }

    static func refusal(_ outcome: ExchangeOutcome, unit: UInt8) -> Refused {
        Refused(.failed, code: code(outcome), Phrase(zh: "站号 \(unit)：", en: "unit \(unit): ") + text(outcome), remedy: remedy(outcome))
    }

    /// Stable, for scripts.
    static func code(_ outcome: ExchangeOutcome) -> String {
        switch outcome {
        case .answer(.refused): "exception"
        case .answer: "answer"
        case .noAnswer: "no-answer"
        case .garbled: "garbled"
        case .disconnected: "disconnected"
        }
    }

    static func text(_ outcome: ExchangeOutcome) -> Phrase {
        switch outcome {
        case .answer(.refused(let exception)): text(exception)
        case .answer: Phrase(zh: "有应答", en: "answered")
        case .noAnswer: Phrase(zh: "无应答", en: "no answer")
        case .garbled(let fault): text(fault)
        case .disconnected(let fault): text(fault)
        }
    }

    private static func remedy(_ outcome: ExchangeOutcome) -> Phrase? {
        switch outcome {
        case .noAnswer: Phrase(zh: "核对站号、波特率、校验和 A/B 接线；或用 tidegate bus scan 找它。",
                               en: "Check unit, baud, parity and the A/B wires, or look for it with tidegate bus scan.")
        case .garbled: Phrase(zh: "多半是波特率或校验不对、接线干扰，或两台设备同站号。",
                              en: "Mostly a wrong baud or parity, noise, or two devices with one unit number.")
        case .answer(.refused(.illegalAddress)): Phrase(zh: "核对地址（从 0 起）和表；有些设备不许跨空隙读。",
                                                        en: "Check address (from 0) and table; some devices refuse to read across a gap.")
        case .answer(.refused(.illegalFunction)): Phrase(zh: "设备没有这张表，换一张试试。", en: "The device does not have this table; try another.")
        default: nil
        }
    }

    static func text(_ exception: ModbusException) -> Phrase {
        let number = "\(exception.rawValue)"
        return switch exception {
        case .illegalFunction: Phrase(zh: "设备不支持这个功能（异常 1）", en: "illegal function (exception 1)")
        case .illegalAddress: Phrase(zh: "没有这个地址（异常 2）", en: "illegal address (exception 2)")
        case .illegalValue: Phrase(zh: "数值或个数不合法（异常 3）", en: "illegal value or count (exception 3)")
        case .deviceFailure: Phrase(zh: "设备故障（异常 4）", en: "device failure (exception 4)")
        case .busy: Phrase(zh: "设备忙（异常 6）", en: "device busy (exception 6)")
        case .gatewayPathUnavailable: Phrase(zh: "网关：通路不可用（异常 10）", en: "gateway: path not available (exception 10)")
        case .gatewayNoAnswer: Phrase(zh: "网关：后面的设备无应答（异常 11）", en: "gateway: the device behind it does not answer (exception 11)")
        default: Phrase(zh: "设备拒绝（异常 \(number)）", en: "refused by the device (exception \(number))")
        }
    }

    static func text(_ fault: FrameFault) -> Phrase {
        switch fault {
        case .tooShort: Phrase(zh: "应答不完整", en: "the answer is cut short")
        case .wrongLength: Phrase(zh: "应答长度不对", en: "the answer has a wrong length")
        case .wrongCRC: Phrase(zh: "校验（CRC）不对", en: "wrong CRC")
        case .wrongUnit(let unit): Phrase(zh: "应答的是站号 \(unit)", en: "unit \(unit) answered")
        case .wrongFunction(let function): Phrase(zh: "应答的功能码是 \(function)", en: "answered with function \(function)")
        case .wrongEcho: Phrase(zh: "写确认与所写不符", en: "the write was confirmed with other values")
        case .wrongHeader: Phrase(zh: "不是 Modbus TCP 报文", en: "not a Modbus TCP frame")
        case .noise: Phrase(zh: "线路上不停有数据", en: "the line does not fall silent")
        }
    }
}
