"""Subject fields of the sample records: what each one talks about. Nouns, verbs, units and subjects, by field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Domain:
    """A field of administration. Subjects may hold `{p}` (place), `{x}` (project), `{y}` (year), `{n}` (noun)."""

    key: str
    subjects: tuple[str, ...]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    units: tuple[str, ...]


def _domain(key: str, subjects: str, nouns: str, verbs: str, units: str) -> Domain:
    def split(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.replace("\n", " ").split("|"))

    return Domain(key, split(subjects), split(nouns), split(verbs), split(units))


DOMAINS: tuple[Domain, ...] = (
    _domain(
        "giao thông",
        """sửa chữa tuyến đường {p} | bảo trì cầu {p} năm {y} | giải tỏa hành lang an toàn đường {p} | mở rộng nút giao {p}
        | lắp đặt biển báo trên tuyến {p} - {p2}""",
        """mặt đường | rãnh dọc | cống hộp | taluy dương | lề gia cố | vạch sơn | biển báo | dải phân cách | nút giao | cầu treo
        | trạm cân | xe quá tải | bến đò | gờ giảm tốc | hộ lan mềm | khe co giãn | mố trụ | lớp thảm nhựa | đèn tín hiệu
        | bãi đỗ xe | đường gom | bến xe khách | mốc lộ giới | cây xanh ven đường""",
        """vá ổ gà | nắn dòng | đắp lề | thảm lại | khơi thông | cắm mốc | phân luồng | tuần đường | lu lèn | cào bóc""",
        "mét | ki-lô-mét | vị trí | lượt xe",
    ),
    _domain(
        "thủy lợi",
        """nạo vét kênh {p} | vận hành hồ chứa {p} mùa lũ năm {y} | gia cố đê kè {p} | phòng chống hạn vụ hè thu tại {p}
        | kiên cố hóa kênh mương xã {p}""",
        """lòng hồ | đập dâng | cửa van | kênh chính | mái đê | trạm bơm | mực nước | cống lấy nước | tràn xả lũ | máng nổi
        | bờ kè | tuyến mương | nước tưới | dòng chảy | bùn lắng | đập phụ | thước đo mưa | vùng hạ du | phai gỗ | cột thủy chí
        | thấm lậu | nhật ký trực | sóng lũ | giếng đào""",
        """nạo vét | xả tràn | tích nước | bơm tát | điều tiết | đắp đập tạm | đóng cọc tre | hộ đê | luân phiên tưới | đo mặn""",
        "mét khối | héc-ta | mét | trạm",
    ),
    _domain(
        "trồng trọt",
        """cơ cấu giống lúa vụ đông xuân {y} tại {p} | phòng trừ rầy nâu trên địa bàn {p} | chuyển đổi đất lúa sang cây trồng cạn ở {p}
        | xây dựng vùng chuyên canh {n} tại {p}""",
        """giống lúa | mạ khay | phân hữu cơ | thuốc trừ sâu | bẫy đèn | rầy nâu | đạo ôn | ngô lai | đậu xanh | cây mì
        | mía tím | vườn ươm | tem nhãn | nhà màng | cánh đồng lớn | thửa ruộng | lịch xuống giống | chuột đồng | kho lạnh
        | mã vùng trồng | nhật ký đồng ruộng | ốc bươu | rơm rạ | hạt lai""",
        """gieo sạ | bón thúc | thăm đồng | dồn điền | ươm cây | phun thuốc | thu hoạch | tỉa dặm | khảo nghiệm | nhân giống""",
        "héc-ta | tấn | tạ | hộ",
    ),
    _domain(
        "chăn nuôi",
        """tiêm phòng gia súc đợt {k} năm {y} | khống chế ổ dịch tả lợn tại {p} | quản lý giết mổ trên địa bàn {p}
        | hỗ trợ con giống cho hộ chăn nuôi {p}""",
        """bò lai | lợn nái | gia cầm | vắc xin | lở mồm long móng | chuồng trại | hầm bi-ô-ga | ổ dịch | chốt kiểm dịch | vôi bột
        | lò mổ | thức ăn ủ chua | dê núi | sổ tiêm | thú y viên | tinh đông lạnh | xe vận chuyển | mẫu huyết thanh | trại giống
        | viêm da nổi cục | phân chuồng | cỏ voi | trứng giống | đàn ong""",
        """tiêm nhắc | tiêu hủy | khử trùng | khoanh vùng | vỗ béo | lấy mẫu | gieo tinh | cách ly | thả đàn | bấm thẻ tai""",
        "con | liều | hộ | ki-lô-gam",
    ),
    _domain(
        "lâm nghiệp",
        """phòng cháy chữa cháy rừng mùa khô {y} tại {p} | giao khoán bảo vệ rừng {p} | xử lý lấn chiếm đất rừng ở {p}
        | trồng rừng thay thế dự án {x}""",
        """rừng phòng hộ | lâm phận | chòi canh | băng cản lửa | cây keo | gỗ tròn | lâm sản phụ | tiểu khu | nương rẫy | kiểm lâm viên
        | mật ong | song mây | vườn quế | hiện trạng rừng | ảnh vệ tinh | trạng thái rừng | mốc ranh | bẫy thú | cưa xăng | than củi
        | nguồn giống | lô khoảnh | động vật hoang dã | cây bản địa""",
        """tuần rừng | đốt dọn | phát dọn thực bì | truy quét | trồng dặm | khoanh nuôi | bứng cây | đo đếm | tháo bẫy | báo cháy""",
        "héc-ta | cây | vụ | mét khối",
    ),
    _domain(
        "thủy sản",
        """quản lý tàu cá cập cảng {p} | chống khai thác bất hợp pháp tại vùng biển {p} | nuôi lồng bè trên hồ {p}
        | thả giống tái tạo nguồn lợi ở {p}""",
        """tàu cá | cảng cá | lồng bè | tôm thẻ | cá bống | ao lắng | nhật ký khai thác | thiết bị hành trình | ngư lưới cụ | chủ tàu
        | giấy đăng kiểm | tổ đội | vùng lộng | rạn san hô | cá giống | thức ăn viên | trạm bờ | đèn pha | hầm bảo quản | đá cây
        | mùa sinh sản | luồng lạch | bến neo | phao tiêu""",
        """xuất bến | cập cảng | thả giống | neo đậu | đăng kiểm | kẻ số hiệu | giám sát | gỡ thẻ | hút bùn | thu mua""",
        "tàu | tấn | vạn con | lồng",
    ),
    _domain(
        "đất đai",
        """thu hồi đất thực hiện {x} | cấp giấy chứng nhận quyền sử dụng đất tại {p} | đo đạc bản đồ địa chính xã {p}
        | giá đất cụ thể khu {p}""",
        """thửa đất | tờ bản đồ | ranh giới | giấy chứng nhận | sổ mục kê | hạn mức | khu tái định cư | nguồn gốc đất | đất ở | hộ liền kề
        | trích lục | bảng giá | đơn giá bồi thường | cây cối hoa màu | mồ mả | nhà tạm | quỹ đất | đấu giá | trích đo | sổ địa chính
        | phương án áp giá | đất công ích | tiền thuê đất | hồ sơ kỹ thuật""",
        """kiểm đếm | thu hồi | cắm mốc | áp giá | cưỡng chế | tách thửa | hợp thửa | chỉnh lý | niêm yết | bốc thăm""",
        "mét vuông | thửa | hộ | giấy",
    ),
    _domain(
        "xây dựng",
        """thẩm định dự án {x} | nghiệm thu công trình {x} | cấp phép xây dựng tại {p} | quy hoạch chi tiết khu dân cư {p}
        | chậm tiến độ gói thầu {k} thuộc {x}""",
        """móng cọc | khối lượng phát sinh | bản vẽ | tổng mức đầu tư | nhà thầu phụ | nhật ký công trường | dàn giáo | cốt thép | bê tông tươi
        | mặt bằng | hợp đồng tư vấn | giám sát trưởng | chỉ giới | mật độ xây dựng | mái tôn | hố ga | gạch không nung | hồ sơ mời thầu
        | phụ lục hợp đồng | bảo lãnh | vật tư | trần thạch cao | hệ thống điện | bể ngầm""",
        """đổ bê tông | ép cọc | hoàn công | thẩm tra | mời thầu | chấm thầu | bàn giao | phá dỡ | tháo dỡ | quyết toán""",
        "tỷ đồng | gói thầu | hạng mục | mét vuông",
    ),
    _domain(
        "tài chính",
        """phân bổ dự toán năm {y} cho {p} | quyết toán ngân sách xã {p} | kiểm kê tài sản công tại {p} | xử lý nợ đọng {x}
        | bổ sung kinh phí mua sắm {n}""",
        """dự toán | số dư | khoản tạm ứng | tài sản công | bảng kê | chứng từ | nguồn kết dư | mục chi | sổ quỹ | giấy rút tiền
        | định mức | phí lệ phí | hóa đơn | công nợ | chi thường xuyên | dự phòng | thuế môn bài | số thu | hạn chót giải ngân | tồn quỹ
        | phiếu chi | xe công | thanh lý | biên lai""",
        """quyết toán | tạm ứng | đối chiếu | truy thu | hạch toán | nộp trả | cân đối | giải ngân | khóa sổ | điều chuyển""",
        "triệu đồng | nghìn đồng | khoản | tỷ đồng",
    ),
    _domain(
        "y tế",
        """phòng chống sốt xuất huyết tại {p} | tiêm chủng mở rộng quý {k} năm {y} | bố trí bác sĩ cho trạm y tế {p}
        | an toàn thực phẩm bếp ăn tập thể ở {p}""",
        """trạm y tế | ca bệnh | bọ gậy | giường bệnh | thuốc thiết yếu | kíp trực | máy siêu âm | trẻ sơ sinh | thai phụ | thẻ bảo hiểm
        | mẫu xét nghiệm | nhân viên y tế | dây chuyền lạnh | bếp ăn | ngộ độc | sổ khám | rác thải y tế | khẩu trang | cân nặng
        | bệnh nền | lịch tiêm | phòng mổ | xe cứu thương | suất ăn""",
        """tiêm chủng | khám sàng lọc | diệt lăng quăng | phun hóa chất | cấp cứu | chuyển tuyến | xét nghiệm | tư vấn | theo dõi | lưu mẫu""",
        "ca | liều | giường | lượt khám",
    ),
    _domain(
        "giáo dục",
        """tuyển sinh lớp 10 năm học {y} tại {p} | sắp xếp điểm trường {p} | kiểm định chất lượng Trường {p} | phụ cấp giáo viên vùng khó ở {p}
        | đầu tư phòng học bộ môn Trường {p}""",
        """học sinh | giáo viên | phòng học | điểm trường | thư viện | sách giáo khoa | học bạ | bán trú | kỳ thi | đề thi
        | phòng máy | sân chơi | bếp ăn một chiều | chỉ tiêu tuyển sinh | biên chế | trường chuẩn | bàn ghế | hội đồng chấm | ký túc xá
        | học phí | tổ chuyên môn | bảng tương tác | giáo án | lớp ghép""",
        """tuyển sinh | coi thi | chấm thi | phúc khảo | dự giờ | xóa mù | luân chuyển | bồi dưỡng | phân tuyến | xếp lớp""",
        "học sinh | lớp | phòng | giáo viên",
    ),
    _domain(
        "văn hóa",
        """tổ chức lễ hội {p} năm {y} | trùng tu di tích {p} | phong trào xây dựng đời sống văn hóa ở {p} | quản lý quảng cáo ngoài trời tại {p}
        | sưu tầm hiện vật cho nhà trưng bày {p}""",
        """di tích | nhà rông | cồng chiêng | hương ước | đội văn nghệ | sắc phong | hiện vật | tượng gỗ | bia đá | sân khấu
        | bảng quảng cáo | câu lạc bộ | nghệ nhân | trang phục | đình làng | lễ rước | sách quý | loa truyền thanh | băng rôn
        | nhà văn hóa | giải bóng chuyền | điệu hát | khu trưng bày | vé tham quan""",
        """trùng tu | sưu tầm | biểu diễn | truyền dạy | kiểm duyệt | tôn tạo | ghi âm | phục dựng | trưng bày | treo cờ""",
        "di tích | buổi diễn | hiện vật | lượt khách",
    ),
    _domain(
        "nội vụ",
        """tinh giản biên chế năm {y} tại {p} | thi tuyển công chức {p} | chấm điểm cải cách hành chính của {p} | sáp nhập thôn {p} và {p2}
        | bổ nhiệm lại chức danh quản lý ở {p}""",
        """biên chế | ngạch lương | hồ sơ công chức | vị trí việc làm | phiếu lấy ý kiến | bậc lương | người hoạt động không chuyên trách | thi đua
        | cụm trưởng | hợp đồng lao động | thâm niên | bộ phận một cửa | thôn trưởng | chức danh | bằng khen | quy trình nội bộ | sổ theo dõi
        | chế độ thôi việc | đề án sắp xếp | con dấu | bảng chấm công | ngày phép | nâng ngạch | hội đồng sát hạch""",
        """tinh giản | điều động | bổ nhiệm | xếp lương | sát hạch | chấm điểm | khen thưởng | kỷ luật | tiếp nhận | thôi việc""",
        "người | hồ sơ | chỉ tiêu | vị trí",
    ),
    _domain(
        "lưu trữ",
        """chỉnh lý tài liệu tồn đọng của {p} | số hóa hồ sơ giai đoạn {y} - {y2} | giao nộp tài liệu vào lưu trữ lịch sử đợt {k}
        | tiêu hủy tài liệu hết giá trị tại {p}""",
        """kho lưu trữ | giá kệ | hộp bìa | mục lục | phông | cặp ba dây | tờ rời | bản gốc | máy hút ẩm | sổ giao nhận
        | tài liệu hết giá trị | ảnh quét | siêu dữ liệu | bìa hồ sơ | chứng thư số | mối mọt | thùng giấy | cán bộ văn thư | bút tích
        | dấu chỉ mức độ | phòng đọc | sổ mượn | bản sao | ổ cứng""",
        """chỉnh lý | biên mục | bóc tách | khử a-xít | đánh số tờ | giao nộp | quét ảnh | thẩm tra giá trị | dán nhãn | khử trùng""",
        "mét giá | hồ sơ | trang | hộp",
    ),
    _domain(
        "thanh tra",
        """giải quyết khiếu nại của công dân {p} | thanh tra việc quản lý {n} tại {p} | tiếp công dân quý {k} năm {y}
        | xử lý sau thanh tra dự án {x}""",
        """đơn thư | người khiếu nại | kết luận | đoàn kiểm tra | biên bản làm việc | lịch tiếp dân | chứng cứ | sai phạm | kiến nghị xử lý
        | nội dung tố cáo | hồ sơ vụ việc | giải trình | lời khai | bản đối chất | vụ kéo dài | khoản thu sai | hạn giải quyết
        | người ủy quyền | sổ tiếp dân | bản cam kết | phiếu chuyển đơn | hòa giải viên | dấu hiệu vụ lợi | tổ xác minh""",
        """xác minh | đối thoại | thụ lý | truy thu | giám định | rút đơn | kết luận | niêm phong | giải trình | chuyển đơn""",
        "đơn | vụ | lượt người | triệu đồng",
    ),
    _domain(
        "tổ chức đảng",
        """kết nạp đảng viên năm {y} ở {p} | chuẩn bị đại hội chi bộ {p} nhiệm kỳ mới | quy hoạch cấp ủy {p} | kiểm điểm tập thể Ban Thường vụ {p}
        | sinh hoạt chuyên đề quý {k} năm {y}""",
        """chi bộ | đảng viên dự bị | cấp ủy viên | đảng phí | sổ nghị quyết | quần chúng ưu tú | phiếu đảng viên | nhân sự | đề cương | bản kiểm điểm
        | chuyên đề | tổ đảng | lý lịch | thẻ đảng | danh sách quy hoạch | phiếu giới thiệu | điều lệ | thẩm tra viên | ứng cử | số dư phiếu
        | huy hiệu | văn kiện | nhiệm kỳ | hạn dự bị""",
        """kết nạp | thẩm tra | giới thiệu | bầu bổ sung | xếp loại | chuyển sinh hoạt | phân công | quán triệt | xóa tên | công nhận""",
        "đảng viên | chi bộ | lượt phiếu | hồ sơ",
    ),
    _domain(
        "tuyên giáo",
        """tuyên truyền kỷ niệm ngày thành lập {p} | học tập chuyên đề năm {y} ở {p} | nắm dư luận về {x} | biên soạn lịch sử Đảng bộ {p}""",
        """báo cáo viên | dư luận | bản tin | đề cương tuyên truyền | lớp học | pa nô | cộng tác viên | mạng xã hội | chuyên mục | ảnh tư liệu
        | bản thảo | nhân chứng | cuộc thi viết | giảng viên | tập san | thông tin xấu | đường dây nóng | trang tin | tiểu phẩm | bài dự thi
        | sổ tay | gương điển hình | buổi nói chuyện | màn hình""",
        """tuyên truyền | biên soạn | hiệu đính | nắm bắt | phát thanh | cổ động | phản bác | phổ biến | in ấn | bình chọn""",
        "buổi | bài | lượt nghe | cuốn",
    ),
    _domain(
        "dân vận",
        """xây dựng mô hình dân vận khéo tại {p} | đối thoại với nhân dân {p} năm {y} | vận động hiến đất làm đường {p}
        | giám sát chính sách {n} ở {p}""",
        """hội viên | quỹ người nghèo | nhà đại đoàn kết | tổ tự quản | ý kiến cử tri | già làng | ngày công | đoàn viên | tín đồ | ban vận động
        | suất quà | hộ nghèo | bản đăng ký | hòm thư góp ý | phiếu khảo sát | khu dân cư | mạnh thường quân | thùng rác | tuyến hẻm
        | chức sắc | bếp ấm | góc học tập | hộ đơn thân | lá phiếu""",
        """vận động | hiến đất | quyên góp | thăm hỏi | lắng nghe | hòa giải | trao quà | tập hợp | phản biện | giám sát""",
        "hộ | suất | ngày công | mô hình",
    ),
    _domain(
        "quốc phòng",
        """tuyển chọn công dân nhập ngũ năm {y} ở {p} | diễn tập khu vực phòng thủ {p} | huấn luyện dân quân {p} | chế độ người có công tại {p}
        | công tác bảo vệ bí mật nhà nước ở {p}""",
        """dân quân | thanh niên | giấy gọi | trạm khám tuyển | thao trường | công sự | tổ cảnh giới | quân trang | trực ban | phương án tác chiến
        | mộ liệt sĩ | người có công | hầm chỉ huy | bãi tập | giáo án huấn luyện | bia số bốn | xe thiết giáp | lực lượng thường trực
        | bí mật nhà nước | khu vực cấm | hài cốt | tổ quân báo | hậu phương | trạm gác""",
        """khám tuyển | bắn đạn thật | trực sẵn sàng | quy tập | huấn luyện | canh gác | tuần tra | giao quân | hội thao | kiểm kê vũ khí""",
        "người | đồng chí | khẩu | buổi",
    ),
    _domain(
        "an ninh",
        """bảo đảm trật tự dịp Tết năm {y} tại {p} | phòng cháy chữa cháy chợ {p} | đấu tranh tội phạm ma túy ở {p} | cấp căn cước cho công dân {p}""",
        """đối tượng | camera | tổ an ninh | pháo nổ | điểm nóng | căn cước | vụ trộm | chợ đêm | bình chữa cháy | lối thoát nạn
        | tang vật | người nghiện | quán karaoke | xe độ chế | sổ tạm trú | lừa qua mạng | tín dụng đen | hụi họ | cột bơm | tủ điện
        | nồng độ cồn | băng nhóm | tin báo | hung khí""",
        """tuần tra | truy bắt | thu hồi | nhắc nhở | lập chốt | bàn giao tang vật | kiểm tra cư trú | ngăn chặn | giáo dục cảm hóa | diễn tập""",
        "vụ | đối tượng | thẻ | trường hợp",
    ),
    _domain(
        "môi trường",
        """thu gom rác thải sinh hoạt tại {p} | xử lý ô nhiễm bãi rác {p} | cấp phép khai thác cát sông {p} | quan trắc nước thải cụm công nghiệp {p}""",
        """bãi rác | nước thải | khói bụi | mỏ đá | cát sông | xe ép rác | lò đốt | giấy phép xả | hố chôn | mùi hôi
        | quan trắc | bùn đỏ | phân loại rác | điểm tập kết | hành lang sông | sạt lở | chai nhựa | nguồn nước | ký quỹ | mỏ đất
        | độ ồn | cống xả | thùng compost | dầu cặn""",
        """quan trắc | phân loại | đóng bãi | hoàn thổ | trung chuyển | thu gom | đo khí | lắp trạm | phủ bạt | ký quỹ phục hồi""",
        "tấn | mẫu | mét khối | cơ sở",
    ),
    _domain(
        "công thương",
        """phát triển chợ {p} | cấp điện cho thôn {p} | quảng bá sản phẩm {n} của {p} | kiểm tra hàng giả dịp cuối năm {y} ở {p}
        | đầu tư hạ tầng cụm công nghiệp {p}""",
        """tiểu thương | ki ốt | trạm biến áp | đường dây | cụm công nghiệp | hàng giả | mắc khén | rượu cần | tem truy xuất | hội chợ
        | xăng dầu | đại lý | gian hàng | bao bì | khuyến công | hợp tác xã | quầy thịt | sản phẩm OCOP | bảng niêm yết | điện kế
        | nhãn hiệu | mây tre đan | xưởng may | bánh tráng""",
        """bình ổn giá | khai trương | xúc tiến | đấu nối | dán tem | tạm giữ hàng | đóng gói | niêm yết giá | di dời chợ | cấp mã vạch""",
        "ki ốt | hộ kinh doanh | sản phẩm | công tơ",
    ),
    _domain(
        "công nghệ",
        """triển khai chữ ký số tại {p} | dịch vụ công trực tuyến năm {y} của {p} | bảo đảm an toàn thông tin cho {p} | tổ công nghệ số cộng đồng {p}""",
        """chữ ký số | máy chủ | tường lửa | đường truyền | cổng dịch vụ | tài khoản | phần mềm | mã độc | trạm phát sóng | hồ sơ trực tuyến
        | dữ liệu dân cư | máy quét | phòng họp trực tuyến | bản sao lưu | mã QR | tổ công nghệ | ví điện tử | kênh liên thông | nhật ký hệ thống
        | bản vá | trục tích hợp | thiết bị đầu cuối | màn hình cảm ứng | vùng lõm sóng""",
        """cài đặt | sao lưu | vá lỗi | tích hợp | cấp tài khoản | số hóa | rà quét | nâng cấp | kéo cáp | tập huấn""",
        "tài khoản | thiết bị | hồ sơ | điểm cầu",
    ),
    _domain(
        "lao động",
        """hỗ trợ nhà ở cho hộ nghèo {p} | đào tạo nghề lao động nông thôn năm {y} | chi trả trợ cấp xã hội ở {p} | phòng chống đuối nước trẻ em tại {p}
        | đưa lao động {p} đi làm việc nước ngoài""",
        """hộ cận nghèo | nhà dột nát | trợ cấp | lao động trẻ | lớp nghề | trẻ mồ côi | người cao tuổi | sàn việc làm | thẻ khuyết tật | nón bảo hộ
        | tai nạn lao động | tiền hỗ trợ | suất vay | bể bơi | bảo hiểm thất nghiệp | người cai nghiện | danh sách chi trả | tổ bình xét
        | lò rèn | máy may | hợp đồng xuất cảnh | nhà trẻ | lương tối thiểu | phiếu rà soát""",
        """bình xét | dạy nghề | chi trả | cai nghiện | xóa nhà tạm | tập bơi | xuất cảnh | rà soát hộ nghèo | cấp thẻ | giới thiệu việc""",
        "hộ | lao động | suất | triệu đồng",
    ),
)
