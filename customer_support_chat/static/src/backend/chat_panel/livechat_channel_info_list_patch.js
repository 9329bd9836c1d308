import { LivechatChannelInfoList } from "@im_livechat/core/web/livechat_channel_info_list";

import { ChatStorePanel } from "./chat_store_panel";

Object.assign(LivechatChannelInfoList.components, { ChatStorePanel });
